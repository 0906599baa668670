//! The code tables of the field: roles, groups, channels, disputes.
//!
//! A code is written in the log and in exports as it stands in the table, so a code is never renamed.

/// An enum whose variants are the codes of a table.
macro_rules! codes {
    (
        $(#[$attr:meta])*
        pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)* }
    ) => {
        $(#[$attr])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// The whole table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::id::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|code| code.as_str() == text)
                    .ok_or(crate::id::InvalidId::new(stringify!($name), "no such code in the table"))
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// In what capacity somebody acts.
    pub enum Role {
        /// Who applies (申请人).
        Applicant = "APPLICANT",
        /// A party who did not apply: the other side (当事人).
        Party = "PARTY",
        /// Who acts for a party (代理人).
        Agent = "AGENT",
        /// Who acts for a minor or a ward (监护人).
        Guardian = "GUARDIAN",
        /// Window clerk (窗口人员).
        Clerk = "CLERK",
        /// Hotline agent (坐席).
        Hotline = "HOTLINE",
        /// Grid worker or legally aware person of a village (网格员/法律明白人).
        Liaison = "LIAISON",
        /// Lawyer or legal-service worker on duty (值班律师).
        DutyLawyer = "DUTY_LAWYER",
        /// Who reviews (审查人).
        Reviewer = "REVIEWER",
        /// Head of the institution, who decides (机构负责人).
        Approver = "APPROVER",
        /// Who assigns (指派人).
        Dispatcher = "DISPATCHER",
        /// Handling counsel (承办人).
        Counsel = "COUNSEL",
        /// Unit of the handling counsel (承办单位).
        LawFirm = "LAW_FIRM",
        /// People's mediator (人民调解员).
        Mediator = "MEDIATOR",
        /// People's mediation committee (人民调解委员会).
        Committee = "COMMITTEE",
        /// Notary (公证员).
        Notary = "NOTARY",
        /// Assistant of a notary (公证员助理).
        NotaryAssistant = "NOTARY_ASST",
        /// Head of a notary office (公证机构负责人).
        NotaryHead = "NOTARY_HEAD",
        /// Judicial bureau (司法局).
        Bureau = "BUREAU",
        /// Who visits after the matter (回访员).
        Qa = "QA",
        /// Peer expert (评估专家).
        Peer = "PEER",
        /// Archivist (档案员).
        Archivist = "ARCHIVIST",
        /// Who pays (财务).
        Finance = "FINANCE",
        /// Operator of the platform; technical only, decides nothing (运营方).
        Operator = "OPERATOR",
        /// A court, a procuratorate, the police, another hotline.
        External = "EXTERNAL",
        /// The system itself: derived events, never a decision.
        System = "SYSTEM",
    }
}

codes! {
    /// A group of people whom the law asks to be served first or free (特殊群体).
    pub enum SpecialGroup {
        /// Migrant worker (农民工). Source: Legal Aid Law Art 42(3).
        Migrant = "MIGRANT",
        /// Disabled person (残疾人). Source: Legal Aid Law Art 42(1), 45.
        Disabled = "DISABLED",
        /// Elderly person (老年人). Source: Law on the Elderly Art 56.
        Elder = "ELDER",
        /// Minor (未成年人). Source: Law on Minors Art 104.
        Minor = "MINOR",
        /// Woman (妇女). Source: Law on Women.
        Woman = "WOMAN",
        /// Soldier or family of one (军人军属). Source: Law on Military Status Art 61.
        Military = "MILITARY",
        /// Veteran (退役军人). Source: Law on Veterans Art 70.
        Veteran = "VETERAN",
        /// Recipient of social assistance (低保等). Source: Social Assistance Law Art 13.
        LowIncome = "LOW_INCOME",
        /// Registered poor household, historic (建档立卡贫困户).
        PoorRegistered = "POOR_REGISTERED",
        /// Single mother in hardship (单亲困难母亲).
        SingleMother = "SINGLE_MOTHER",
        /// Victim of domestic violence, abuse or desertion (家暴受害人). Source: Legal Aid Law Art 32(4).
        DvVictim = "DV_VICTIM",
        /// Near relative of a martyr (英烈近亲属). Source: Legal Aid Law Art 32(1).
        MartyrKin = "MARTYR_KIN",
        /// Who came to another's help (见义勇为). Source: Legal Aid Law Art 32(2).
        GoodSamaritan = "GOOD_SAMARITAN",
        /// Worker in hardship (困难职工).
        WorkerHard = "WORKER_HARD",
        /// Family-planning family (计生家庭).
        FamilyPlan = "FAMILY_PLAN",
        /// In detention (被羁押). Source: Legal Aid Law Art 39.
        Detained = "DETAINED",
        /// Serving a sentence (服刑). Source: Legal Aid Law Art 39.
        Inmate = "INMATE",
        /// In compulsory treatment (强制戒毒). Source: Legal Aid Law Art 39.
        Detox = "DETOX",
        /// Needs a minority language. Source: Notary Law Art 32.
        EthnicLang = "ETHNIC_LANG",
    }
}

codes! {
    /// How a matter came in.
    pub enum Channel {
        /// Service window (窗口).
        Window = "WINDOW",
        /// Work station (工作站).
        Station = "STATION",
        /// Contact point (联络点).
        Point = "POINT",
        /// The 12348 hotline.
        Hotline = "HOTLINE",
        /// The legal-service web site (法网).
        Web = "WEB",
        /// WeChat account or group (微信).
        Wechat = "WECHAT",
        /// Application on a telephone.
        App = "APP",
        /// Self-service terminal (自助机).
        Kiosk = "KIOSK",
        /// Television terminal (电视终端).
        Tv = "TV",
        /// Post (邮寄).
        Mail = "MAIL",
        /// Visit at home (上门).
        Home = "HOME",
        /// Mobile point, market day (流动车).
        Mobile = "MOBILE",
        /// Referred by another body (转介).
        Referral = "REFERRAL",
        /// Notice of an organ (机关通知).
        Notice = "NOTICE",
        /// Collected in a batch (网格汇总).
        Batch = "BATCH",
        /// Found on patrol (排查).
        Patrol = "PATROL",
    }
}

codes! {
    /// In what form a service is given.
    pub enum ServiceMode {
        /// In person.
        Onsite = "ONSITE",
        /// By telephone.
        Phone = "PHONE",
        /// By video.
        Video = "VIDEO",
        /// Online, not at the same time.
        AsyncOnline = "ASYNC_ONLINE",
        /// On paper.
        Paper = "PAPER",
        /// By appointment.
        Appointment = "APPOINTMENT",
        /// Outside office hours.
        ExtendedHours = "EXTENDED_HOURS",
        /// In another region than the competent one.
        CrossRegion = "CROSS_REGION",
        /// Recorded offline and sent later.
        OfflineSync = "OFFLINE_SYNC",
    }
}

codes! {
    /// What a dispute is about, as in the statistics form of people's mediation (Huangshi, 2016).
    pub enum DisputeType {
        /// Marriage and family (婚姻家庭).
        MarriageFamily = "MARRIAGE_FAMILY",
        /// Neighbours (邻里).
        Neighbour = "NEIGHBOUR",
        /// House and homestead (房屋宅基地).
        Homestead = "HOMESTEAD",
        /// Contract (合同).
        Contract = "CONTRACT",
        /// Production and business (生产经营).
        Production = "PRODUCTION",
        /// Compensation for damage (损害赔偿).
        Damage = "DAMAGE",
        /// Forest and land (山林土地).
        ForestLand = "FOREST_LAND",
        /// Expropriation and demolition (征地拆迁).
        Demolition = "DEMOLITION",
        /// Pollution (环境污染).
        Environment = "ENVIRONMENT",
        /// Labour (劳动争议).
        Labour = "LABOUR",
        /// Consumer (消费).
        Consumer = "CONSUMER",
        /// Medical (医疗).
        Medical = "MEDICAL",
        /// Road traffic (道路交通事故).
        Traffic = "TRAFFIC",
        /// Property management (物业).
        PropertyMgmt = "PROPERTY_MGMT",
        /// Anything else.
        Other = "OTHER",
    }
}

codes! {
    /// A phase of every case, whatever its kind.
    pub enum Phase {
        /// Nothing has happened yet.
        Unopened = "UNOPENED",
        /// It came in (接收).
        Received = "RECEIVED",
        /// It is being looked at (审查).
        UnderReview = "UNDER_REVIEW",
        /// Somebody is responsible (指派).
        Assigned = "ASSIGNED",
        /// It is being handled (办理).
        Handling = "HANDLING",
        /// It has ended (结案).
        Closed = "CLOSED",
        /// Its file lies in the archive (归档).
        Archived = "ARCHIVED",
    }
}
