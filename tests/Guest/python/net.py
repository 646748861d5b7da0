# Python's networking over loopback, as server and as client.
import asyncio, http.client, http.server, os, selectors, socket, socketserver, struct, threading, urllib.request, xmlrpc.client, xmlrpc.server

def streams():
    server = socket.create_server(("127.0.0.1", 0))
    def serve():
        for _ in range(10):
            peer, _ = server.accept()
            with peer:
                while data := peer.recv(65536):
                    peer.sendall(data)
    thread = threading.Thread(target=serve)
    thread.start()
    total = 0
    for i in range(10):
        with socket.create_connection(server.getsockname()) as client:
            data = bytes([i]) * (30000 * i)
            writer = threading.Thread(target=lambda: (client.sendall(data), client.shutdown(socket.SHUT_WR)))
            writer.start()
            back = b"".join(iter(lambda: client.recv(65536), b""))
            writer.join()
            total += len(back) if back == data else -1
    thread.join()
    server.close()
    print("streams", total)

def datagrams():
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as one, socket.socket(family, socket.SOCK_DGRAM) as two:
            one.bind((address, 0))
            two.sendto(b"ping", one.getsockname())
            data, peer = one.recvfrom(100)
            one.sendmsg([b"po", b"ng"], [], 0, peer)
            print("datagrams", data, two.recv(100))

def unix():
    path = "/tmp/mote-test-python-socket"
    if os.path.exists(path): os.unlink(path)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path); server.listen(); client.connect(path)
        peer, _ = server.accept()
        with open("/dev/null") as null:
            socket.send_fds(client, [b"take"], [null.fileno()])
        data, fds, *_ = socket.recv_fds(peer, 10, 4)
        print("unix", data, len(fds), os.fstat(fds[0]).st_rdev == os.makedev(1, 3), struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0] == os.getpid())
        os.close(fds[0]); peer.close()
    os.unlink(path)

def http_both():
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
            body = f"{self.command} {self.path}".encode()
            self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
        def do_POST(self):
            size = len(self.rfile.read(int(self.headers["Content-Length"])))
            self.path += f" {size}"; self.command = "POST"; self.do_GET()
        def log_message(self, *_): pass
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = "http://127.0.0.1:%d" % server.server_address[1]
        print(urllib.request.urlopen(base + "/a?b").read().decode(), urllib.request.urlopen(base + "/p", bytes(100000)).read().decode())
        connection = http.client.HTTPConnection("localhost", server.server_address[1])
        for i in range(3):
            connection.request("GET", f"/{i}")
            print(connection.getresponse().read().decode())
        connection.close()
        server.shutdown()

def xml():
    with xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False) as server:
        server.register_function(lambda a, b: a + b, "add")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print("xmlrpc", xmlrpc.client.ServerProxy("http://127.0.0.1:%d" % server.server_address[1]).add(2, 3))
        server.shutdown()

async def asynchronous():
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper()); await writer.drain()
        writer.close()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async def ask(i):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"question {i}\n".encode()); answer = await reader.readline()
        writer.close(); await writer.wait_closed()
        return answer.decode().strip()
    answers = await asyncio.gather(*(ask(i) for i in range(50)))
    print("asyncio", sum(a == f"QUESTION {i}" for i, a in enumerate(answers)))
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport): self.transport = transport
        def datagram_received(self, data, peer): self.transport.sendto(data * 2, peer)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False); client.connect(transport.get_extra_info("sockname")); client.send(b"ab")
        print("asyncio datagram", await asyncio.get_running_loop().sock_recv(client, 10))
    transport.close(); server.close()

def errors():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0)); address = probe.getsockname()
    for attempt in (lambda: socket.create_connection(address, 5), lambda: socket.create_server(("192.0.2.1", 1)), lambda: socket.socket().recv(1), lambda: socket.create_server(("127.0.0.1", 0)).accept() if False else socket.socket().getpeername()):
        try: attempt()
        except OSError as e: print(type(e).__name__, e.strerror)
    print(socket.getaddrinfo("localhost", 80, socket.AF_INET, socket.SOCK_STREAM)[0][4], socket.getservbyname("http"), socket.getfqdn("127.0.0.1").startswith("localhost"), [n for _, n in socket.if_nameindex()][0])

streams(); datagrams(); unix(); http_both(); xml(); asyncio.run(asynchronous()); errors()
