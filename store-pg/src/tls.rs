//! Encrypted connections, with rustls.

use crate::error::OpenError;

/// Whose certificates a connection trusts.
///
/// Whether a connection is encrypted at all is said by the `sslmode` of the server; see [`Server`](crate::Server).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Tls {
    /// The authorities that the machine trusts.
    #[default]
    System,
    /// These alone: certificates in PEM, for an authority of one's own.
    Roots(Vec<u8>),
}

#[cfg(feature = "tls")]
mod connector {
    use std::sync::Arc;

    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    use rustls::{ClientConfig, RootCertStore};
    use tokio_postgres_rustls::MakeRustlsConnect;

    use super::{OpenError, Tls};

    impl Tls {
        /// What makes encrypted connections.
        pub(crate) fn connector(&self) -> Result<Option<MakeRustlsConnect>, OpenError> {
            let failed = |error: rustls::Error| OpenError::Certificates(error.into());
            let mut roots = RootCertStore::empty();
            match self {
                // A machine without any certificates can still speak in clear, or fail when it is to encrypt.
                Self::System => {
                    let _ = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                }
                Self::Roots(pem) => {
                    for certificate in CertificateDer::pem_slice_iter(pem) {
                        let certificate =
                            certificate.map_err(|error| OpenError::Certificates(error.into()))?;
                        roots.add(certificate).map_err(failed)?;
                    }
                }
            }
            let config =
                ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                    .with_safe_default_protocol_versions()
                    .map_err(failed)?
                    .with_root_certificates(roots)
                    .with_no_client_auth();
            Ok(Some(MakeRustlsConnect::new(config)))
        }
    }
}

#[cfg(not(feature = "tls"))]
impl Tls {
    /// Without the feature, connections are in clear.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as the one that can encrypt")]
    pub(crate) fn connector(&self) -> Result<Option<std::convert::Infallible>, OpenError> {
        Ok(None)
    }
}
