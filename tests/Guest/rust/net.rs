// Rust's networking over loopback, as server and as client.
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::thread;
use std::time::Duration;

fn streams(address: &str) {
    let listener = TcpListener::bind(address).unwrap();
    let to = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let peers: Vec<_> = listener.incoming().take(20).map(|stream| thread::spawn(move || {
            let mut stream = stream.unwrap();
            let mut data = Vec::new();
            stream.read_to_end(&mut data).unwrap();
            stream.write_all(&data).unwrap();
        })).collect();
        peers.into_iter().for_each(|peer| peer.join().unwrap());
    });
    let clients: Vec<_> = (0..20usize).map(|i| thread::spawn(move || {
        let mut stream = TcpStream::connect(to).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(&vec![i as u8; i * 10_000]).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut back = Vec::new();
        stream.read_to_end(&mut back).unwrap();
        assert!(back.iter().all(|&byte| byte == i as u8));
        back.len()
    })).collect();
    let total: usize = clients.into_iter().map(|client| client.join().unwrap()).sum();
    server.join().unwrap();
    println!("tcp {total}");
    println!("{:?}", TcpStream::connect(to).unwrap_err().kind());
}

fn datagrams() {
    let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    client.connect(server.local_addr().unwrap()).unwrap();
    client.send(b"ping").unwrap();
    let mut buffer = [0; 100];
    let (size, from) = server.recv_from(&mut buffer).unwrap();
    server.send_to(&[&buffer[..size], b" pong"].concat(), from).unwrap();
    let size = client.recv(&mut buffer).unwrap();
    println!("udp {}", String::from_utf8_lossy(&buffer[..size]));
    client.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    println!("{:?}", client.recv(&mut buffer).unwrap_err().kind());
}

fn unix() {
    let path = "/tmp/mote-test-rust-socket";
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path).unwrap();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        (&stream).write_all(line.to_uppercase().as_bytes()).unwrap();
    });
    let mut stream = UnixStream::connect(path).unwrap();
    stream.write_all(b"unix\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    server.join().unwrap();
    std::fs::remove_file(path).unwrap();
    print!("{answer}");
    let (one, two) = UnixDatagram::pair().unwrap();
    one.send(b"pair").unwrap();
    two.set_nonblocking(true).unwrap();
    let mut buffer = [0; 10];
    println!("{:?} {:?}", two.recv(&mut buffer), two.recv(&mut buffer).map_err(|e| e.kind() == ErrorKind::WouldBlock));
}

fn main() {
    streams("127.0.0.1:0");
    streams("[::1]:0");
    datagrams();
    unix();
    let names: Vec<SocketAddr> = "localhost:80".to_socket_addrs().unwrap().filter(SocketAddr::is_ipv4).collect();
    println!("{:?}", names.first());
}
