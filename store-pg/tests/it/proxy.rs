//! A network that can fail: forwards bytes to the server, until it is told not to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use anjuan_store_pg::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::common::World;

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Weather {
    /// It forwards everything.
    Fine,
    /// It forwards what goes to the server, and cuts the connection instead of bringing back the answer.
    AnswersAreLost,
    /// It cuts the connection as soon as something is sent.
    NothingArrives,
    /// It forwards nothing and says nothing.
    Silence,
    /// It lets nobody connect, and cuts who is connected.
    Down,
}

pub(crate) struct Proxy {
    port: u16,
    weather: Arc<AtomicU8>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    pub(crate) async fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let weather = Arc::new(AtomicU8::new(Weather::Fine as u8));
        let mut tasks = JoinSet::new();
        let seen = Arc::clone(&weather);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.unwrap();
                if is(&seen, Weather::Down) {
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let _ = client.set_nodelay(true);
                let _ = server.set_nodelay(true);
                connections.spawn(forward(client, server, Arc::clone(&seen)));
            }
        });
        Self { port: own, weather, _tasks: tasks }
    }

    pub(crate) fn set(&self, weather: Weather) {
        self.weather.store(weather as u8, Ordering::SeqCst);
    }

    /// The server behind it.
    pub(crate) fn server(&self, world: &World) -> Server {
        let url = world.cluster.url_of("postgres", &world.database);
        let own = format!("port={}", self.port);
        let url = url.split(' ').map(|word| if word.starts_with("port=") { &own } else { word });
        url.collect::<Vec<_>>().join(" ").parse().unwrap()
    }
}

fn is(weather: &AtomicU8, what: Weather) -> bool {
    weather.load(Ordering::SeqCst) == what as u8
}

async fn forward(client: TcpStream, server: TcpStream, weather: Arc<AtomicU8>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Whichever way is cut first, both are.
    tokio::select! {
        () = asking(from_client, to_server, &weather) => {}
        () = answering(from_server, to_client, &weather) => {}
        () = going_down(&weather) => {}
    }
}

async fn asking(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, weather: &AtomicU8) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else { return };
        if is(weather, Weather::NothingArrives) {
            return;
        }
        if !is(weather, Weather::Silence) && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

async fn answering(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, weather: &AtomicU8) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else { return };
        if is(weather, Weather::AnswersAreLost) {
            return;
        }
        if !is(weather, Weather::Silence) && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

async fn going_down(weather: &AtomicU8) {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(10));
    while !is(weather, Weather::Down) {
        ticks.tick().await;
    }
}
