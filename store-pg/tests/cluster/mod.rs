//! Servers to test against.
//!
//! All tests of a run share one server, whoever starts them and in however many processes: the first one starts it, and it
//! stops when nobody has used it for some seconds. Who uses it holds a lock on a file; the system gives the lock back when
//! the process ends, however it ends, so a run that is killed leaves no server behind. With `ANJUAN_PG_URL` the tests use
//! that server instead, as a superuser.
//!
//! A test of crashes, full disks or replicas starts a server of its own, which goes with it.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "waits for processes, which tell nobody when they are ready")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anjuan_store_pg::Server;

/// A server that is there. Superuser `postgres`, without a password, on the loopback address.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    url: String,
}

/// The server that all tests share; nothing, and one line, if there is none to start. In CI that is a failure.
pub(crate) fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<(Cluster, File)>> = OnceLock::new();
    let found = SHARED.get_or_init(|| {
        if let Ok(url) = std::env::var("ANJUAN_PG_URL") {
            return Some((Cluster { url }, File::open("/dev/null").unwrap()));
        }
        if binaries().is_none() {
            assert!(
                std::env::var_os("CI").is_none_or(|ci| ci != "true"),
                "no PostgreSQL server is installed"
            );
            println!("skipped: no PostgreSQL server is installed, and ANJUAN_PG_URL names none");
            return None;
        }
        Some(join())
    });
    found.as_ref().map(|(cluster, _)| cluster)
}

impl Cluster {
    /// As a superuser, in this database.
    pub(crate) fn server(&self, database: &str) -> Server {
        self.as_role("postgres", database)
    }

    /// As some role, in this database.
    pub(crate) fn as_role(&self, role: &str, database: &str) -> Server {
        self.url_of(role, database).parse().unwrap()
    }

    pub(crate) fn url_of(&self, role: &str, database: &str) -> String {
        if self.url.is_empty() {
            unreachable!("a cluster has a URL");
        }
        let mut config: tokio_postgres::Config = self.url.parse().unwrap();
        let host = match &config.get_hosts()[0] {
            tokio_postgres::config::Host::Tcp(host) => host.clone(),
            tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let password = match config.get_password() {
            Some(password) if role == "postgres" => {
                format!(" password='{}'", String::from_utf8_lossy(password))
            }
            Some(_) | None => " password=secret".to_owned(),
        };
        let user =
            if role == "postgres" { config.get_user().unwrap_or(role).to_owned() } else { role.to_owned() };
        config.dbname(database);
        format!("host={host} port={port} user={user} dbname={database}{password}")
    }

    pub(crate) fn port(&self) -> u16 {
        let config: tokio_postgres::Config = self.url.parse().unwrap();
        config.get_ports()[0]
    }

    /// A plain connection.
    pub(crate) async fn connect(&self, role: &str, database: &str) -> tokio_postgres::Client {
        let url = self.url_of(role, database);
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
        drop(tokio::spawn(connection));
        client
    }

    /// A new and empty database. It stays until the server goes, or the next run on a server that was given.
    pub(crate) async fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("anjuan_{}_{number}", std::process::id());
        let admin = self.connect("postgres", "postgres").await;
        admin.batch_execute(&format!("drop database if exists {name}")).await.unwrap();
        admin.batch_execute(&format!("create database {name}")).await.unwrap();
        name
    }
}

/// Where the programs of the newest server are.
fn binaries() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let mut versions: Vec<(u32, PathBuf)> = Vec::new();
        for entry in fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
            let version = entry.file_name().to_string_lossy().parse().ok();
            versions.extend(version.map(|version| (version, entry.path().join("bin"))));
        }
        versions.sort();
        let in_path = std::env::var_os("PATH")
            .and_then(|path| std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()));
        versions.pop().map(|(_, path)| path).or(in_path)
    });
    found.as_deref()
}

/// A program of the server, run by whoever may run it: the server refuses root.
pub(crate) fn program(name: &str) -> Command {
    let path = binaries().unwrap().join(name);
    let mut command = match user() {
        Some((uid, gid)) => {
            let mut command = Command::new("setpriv");
            command
                .args([format!("--reuid={uid}"), format!("--regid={gid}")])
                .arg("--clear-groups")
                .arg(path);
            command
        }
        None => Command::new(path),
    };
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// Whom to be instead of root.
fn user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    ["postgres:", "nobody:"].into_iter().find_map(|name| {
        let line = passwd.lines().find(|line| line.starts_with(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Gives a folder to the user of the server.
pub(crate) fn give(folder: &Path) {
    if let Some((uid, gid)) = user() {
        chown(folder, Some(uid), Some(gid)).unwrap();
    }
}

/// Makes the files of a cluster: a copy of those that were made first, which is much faster than making them.
fn init(data: &Path) {
    let root = root();
    let lock = shared_file(&root, "pristine.lock");
    lock.lock().unwrap();
    let version = program("postgres").arg("--version").output().unwrap().stdout;
    let version: String =
        String::from_utf8_lossy(&version).chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let pristine = root.join(format!("pristine-{version}"));
    if !pristine.join("PG_VERSION").exists() {
        let making = root.join("making");
        let _ = fs::remove_dir_all(&making);
        run(program("initdb")
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&making));
        fs::rename(making, &pristine).unwrap();
    }
    lock.unlock().unwrap();
    run(Command::new("cp").arg("-a").arg(pristine).arg(data));
}

/// Where the shared server and what all servers begin with lie.
fn root() -> PathBuf {
    let uid = fs::metadata("/proc/self").unwrap().uid();
    let root = std::env::temp_dir().join(format!("anjuan-pg-{uid}"));
    fs::create_dir_all(&root).unwrap();
    give(&root);
    root
}

/// A file that whoever runs the tests and whoever runs the server may lock.
fn shared_file(root: &Path, name: &str) -> File {
    let path = root.join(name);
    let file = File::options().create(true).truncate(false).write(true).read(true).open(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    file
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn wait_until(what: &str, patience: Duration, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < patience, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn is_ready(port: u16) -> bool {
    program("pg_isready")
        .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
        .status()
        .is_ok_and(|status| status.success())
}

// ---- the server that is shared ----------------------------------------------------------------------------------

/// Runs the server until nobody has held the lock for a while. Arguments: folder, port, program.
const KEEPER: &str = r#"
cd "$1" || exit 1
"$3" -D data -p "$2" -k "" -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=400 \
  -c full_page_writes=off -c shared_buffers=128MB -c max_prepared_transactions=10 -c autovacuum_naptime=5s \
  -c checkpoint_timeout=30min -c max_wal_size=2GB >> log 2>&1 9>&- &
server=$!
idle=0
while kill -0 "$server" 2>/dev/null; do
  sleep 1
  if flock -n -x users -c true; then idle=$((idle + 1)); else idle=0; fi
  if [ "$idle" -ge 5 ]; then
    # Whoever comes now waits for the lock of the starters, and finds no server.
    exec 8> start
    flock -x 8
    if flock -n -x users -c true; then
      rm -f port
      kill -INT "$server"
      wait "$server"
      exit 0
    fi
    exec 8>&-
    idle=0
  fi
done
"#;

/// Joins the users of the shared server, and starts it if it is not there.
fn join() -> (Cluster, File) {
    let root = root();
    let (start, users) = (shared_file(&root, "start"), shared_file(&root, "users"));
    start.lock().unwrap();
    users.lock_shared().unwrap();
    let port_file = root.join("port");
    let port = fs::read_to_string(&port_file).ok().and_then(|port| port.trim().parse().ok());
    let port = match port.filter(|port| is_ready(*port)) {
        Some(port) => port,
        None => {
            let port = free_port();
            let data = root.join("data");
            if data.exists() {
                // Left by a machine that was switched off, or by a server that was killed.
                stop_remains(&data);
                fs::remove_dir_all(&data).unwrap();
            }
            init(&data);
            let mut keeper = Command::new("setsid");
            if let Some((uid, gid)) = user() {
                keeper.args([
                    "setpriv",
                    &format!("--reuid={uid}"),
                    &format!("--regid={gid}"),
                    "--clear-groups",
                ]);
            }
            keeper
                .args(["bash", "-c", KEEPER, "keeper"])
                .arg(&root)
                .arg(port.to_string())
                .arg(binaries().unwrap().join("postgres"))
                .current_dir("/")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            drop(keeper.spawn().unwrap());
            wait_until("the server does not start", Duration::from_secs(60), || is_ready(port));
            fs::write(&port_file, port.to_string()).unwrap();
            port
        }
    };
    start.unlock().unwrap();
    (Cluster { url: format!("host=127.0.0.1 port={port} user=postgres") }, users)
}

fn stop_remains(data: &Path) {
    let _ = program("pg_ctl").args(["-m", "immediate", "-w", "stop", "-D"]).arg(data).output();
}

// ---- a server of one's own --------------------------------------------------------------------------------------

/// Runs a server until its own standard input ends, which it does at the latest when the test does.
const GUARD: &str = r#"
"$@" < /dev/null &
server=$!
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
"#;

/// A server of one's own, with real syncs. It is stopped, and its files removed, when this is dropped.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) cluster: Cluster,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) port: u16,
    guard: Option<Child>,
    settings: Vec<String>,
}

impl Own {
    /// Starts a new cluster with these settings (`name=value`); nothing if no server is installed.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        shared()?;
        binaries()?;
        let folder = tempfile::tempdir().unwrap();
        give(folder.path());
        init(&folder.path().join("data"));
        Some(Self::in_folder(folder, settings))
    }

    /// Starts what lies in the folder already.
    pub(crate) fn in_folder(folder: tempfile::TempDir, settings: &[&str]) -> Self {
        let port = free_port();
        let cluster = Cluster { url: format!("host=127.0.0.1 port={port} user=postgres") };
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let mut own = Self { cluster, folder, port, guard: None, settings };
        own.restart();
        own
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the server, which was stopped or killed.
    pub(crate) fn restart(&mut self) {
        self.spawn();
        let port = self.port;
        wait_until("the server does not start", Duration::from_secs(60), || is_ready(port));
    }

    fn spawn(&mut self) {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let postgres = program("postgres");
        let mut guard = Command::new("setsid");
        guard.args(["bash", "-c", GUARD, "guard"]).arg(postgres.get_program()).args(postgres.get_args());
        guard.arg("-D").arg(self.data()).args(["-p", &self.port.to_string(), "-k", ""]);
        for setting in ["listen_addresses=127.0.0.1", "max_connections=100"] {
            guard.args(["-c", setting]);
        }
        for setting in &self.settings {
            guard.args(["-c", setting]);
        }
        guard.current_dir("/").stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log);
        self.guard = Some(guard.spawn().unwrap());
    }

    /// The process that all other processes of the server come from.
    pub(crate) fn postmaster(&self) -> u32 {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        file.lines().next().unwrap().parse().unwrap()
    }

    /// Kills every process of the server at once, as a crash of the machine would.
    pub(crate) fn kill(&mut self) {
        let postmaster = self.postmaster();
        signal("KILL", &[vec![postmaster], children(postmaster)].concat());
        if let Some(mut guard) = self.guard.take() {
            drop(guard.stdin.take());
            guard.wait().unwrap();
        }
        let port = self.port;
        wait_until("the server does not die", Duration::from_secs(20), || !is_ready(port));
        let _ = fs::remove_file(self.data().join("postmaster.pid"));
    }

    /// Stops the server as an administrator would.
    pub(crate) fn stop(&mut self) {
        if let Some(mut guard) = self.guard.take() {
            let _ = guard.stdin.take().map(|mut stdin| stdin.write_all(b"\n"));
            guard.wait().unwrap();
        }
    }

    pub(crate) fn log(&self) -> String {
        let mut text = String::new();
        let _ =
            File::open(self.folder.path().join("log")).and_then(|mut file| file.read_to_string(&mut text));
        text
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The processes that a process has started.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let listed = fs::read_to_string(path).unwrap_or_default();
    listed.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

pub(crate) fn signal(name: &str, pids: &[u32]) {
    let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
    let _ = Command::new("kill").arg(format!("-{name}")).args(pids).stderr(Stdio::null()).status();
}
