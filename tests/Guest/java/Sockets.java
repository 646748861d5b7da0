import com.sun.net.httpserver.HttpServer;
import java.io.*;
import java.net.*;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;

/** Java's networking over loopback, as server and as client: streams, channels, selectors, datagrams, multicast, HTTP, Unix sockets, options, names; and every native library of the runtime. */
public class Sockets {
    // Windows, sound and debuggers stay out of images unless asked for.
    static final Set<String> LEFT_OUT = Set.of("atk-wrapper", "awt", "awt_headless", "awt_xawt", "fontmanager", "freetype", "harfbuzz", "javajpeg", "jawt", "jsound", "lcms", "mlib_image", "splashscreen",
        "attach", "dt_socket", "jdwp", "saproc");

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("libraries")) {
            libraries();
            return;
        }
        streams();
        channels();
        selector();
        datagrams();
        http();
        unix();
        options();
        names();
        System.exit(0);
    }

    static void libraries() {
        File[] files = new File(System.getProperty("java.home"), "lib").listFiles((folder, name) -> name.endsWith(".so"));
        Arrays.sort(files);
        for (File file : files) {
            String name = file.getName().substring(3, file.getName().length() - 3);
            if (LEFT_OUT.contains(name)) continue;
            String how;
            try {
                System.load(file.getPath());
                how = "loaded";
            } catch (UnsatisfiedLinkError e) {
                how = e.getMessage().replaceAll(".*/lib/", "");
            }
            System.out.println(name + ": " + how);
        }
        ModuleLayer.boot().modules().stream().map(Module::getName).sorted().forEach(System.out::println);
    }

    static void streams() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        try (Socket socket = server.accept()) {
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        }
                    }
                } catch (IOException e) {
                    System.out.println("server: " + e);
                }
            });
            thread.start();
            long sum = 0;
            for (int i = 0; i < 20; i++) {
                try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    byte[] data = new byte[10_000 * i];
                    new Random(i).nextBytes(data);
                    Thread writer = new Thread(() -> {
                        try {
                            socket.getOutputStream().write(data);
                            socket.shutdownOutput();
                        } catch (IOException e) {
                            System.out.println("writer: " + e);
                        }
                    });
                    writer.start();
                    byte[] back = socket.getInputStream().readAllBytes();
                    writer.join();
                    sum += Arrays.equals(data, back) ? back.length : -1;
                }
            }
            thread.join();
            System.out.println("streams " + sum);
            server.setSoTimeout(50);
            try {
                server.accept();
            } catch (SocketTimeoutException e) {
                System.out.println(e.getMessage());
            }
        }
        int free;
        try (ServerSocket probe = new ServerSocket(0)) {
            free = probe.getLocalPort();
        }
        try (Socket socket = new Socket("127.0.0.1", free)) {
            System.out.println("connected?");
        } catch (ConnectException e) {
            System.out.println(e.getMessage());
        }
    }

    static void channels() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0)); SocketChannel client = SocketChannel.open(server.getLocalAddress()); SocketChannel peer = server.accept()) {
            client.write(new ByteBuffer[] {ByteBuffer.wrap("one ".getBytes()), ByteBuffer.wrap("two".getBytes())});
            client.shutdownOutput();
            ByteBuffer buffer = ByteBuffer.allocateDirect(64);
            while (peer.read(buffer) >= 0) { }
            System.out.println("channels " + StandardCharsets.UTF_8.decode(buffer.flip()));
            Path file = Files.createTempFile("mote-test", "");
            Files.write(file, new byte[300_000]);
            try (FileChannel data = FileChannel.open(file)) {
                Future<Long> count = Executors.newSingleThreadExecutor(Sockets::daemon).submit(() -> {
                    ByteBuffer in = ByteBuffer.allocate(65536);
                    long total = 0;
                    for (int n; (n = client.read(in)) >= 0; in.clear()) total += n;
                    return total;
                });
                for (long at = 0; at < 300_000; ) at += data.transferTo(at, 300_000 - at, peer);
                peer.shutdownOutput();
                System.out.println("transferTo " + count.get());
            }
            Files.delete(file);
        }
        try (AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); AsynchronousSocketChannel client = AsynchronousSocketChannel.open()) {
            Future<AsynchronousSocketChannel> accepted = server.accept();
            client.connect(server.getLocalAddress()).get();
            accepted.get().write(ByteBuffer.wrap("asynchronous".getBytes())).get();
            ByteBuffer buffer = ByteBuffer.allocate(64);
            client.read(buffer).get();
            System.out.println(StandardCharsets.UTF_8.decode(buffer.flip()));
            accepted.get().close();
        }
    }

    static void selector() throws Exception {
        try (Selector selector = Selector.open(); ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            ExecutorService clients = Executors.newFixedThreadPool(8, Sockets::daemon);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                answers.add(clients.submit(() -> {
                    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                        socket.getOutputStream().write(("request " + number + "\n").getBytes());
                        return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
                    }
                }));
            }
            int closed = 0;
            while (closed < 40) {
                selector.select(5000);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.isAcceptable()) {
                        SocketChannel channel = server.accept();
                        if (channel != null) channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                    } else if (key.isReadable()) {
                        ByteBuffer buffer = ByteBuffer.allocate(256);
                        SocketChannel channel = (SocketChannel) key.channel();
                        if (channel.read(buffer) < 0) {
                            channel.close();
                            closed++;
                        } else {
                            channel.write(buffer.flip());
                        }
                    }
                }
            }
            int right = 0;
            for (int i = 0; i < 40; i++) right += answers.get(i).get().equals("request " + i) ? 1 : 0;
            System.out.println("selector " + right);
        }
    }

    static void datagrams() throws Exception {
        try (DatagramSocket server = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0)); DatagramSocket client = new DatagramSocket()) {
            client.send(new DatagramPacket("ping".getBytes(), 4, server.getLocalSocketAddress()));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            server.receive(packet);
            server.send(new DatagramPacket("pong!".getBytes(), 5, packet.getSocketAddress()));
            client.receive(packet);
            System.out.println("datagram " + packet.getLength());
            client.setSoTimeout(30);
            try {
                client.receive(packet);
            } catch (SocketTimeoutException e) {
                System.out.println(e.getMessage());
            }
        }
        try (DatagramChannel one = DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress("127.0.0.1", 0)); DatagramChannel two = DatagramChannel.open(StandardProtocolFamily.INET)) {
            two.connect(one.getLocalAddress());
            two.write(ByteBuffer.wrap(new byte[1000]));
            ByteBuffer buffer = ByteBuffer.allocate(2000);
            one.receive(buffer);
            System.out.println("datagram channel " + buffer.position());
        }
        try (MulticastSocket socket = new MulticastSocket(0)) {
            NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
            InetSocketAddress group = new InetSocketAddress("239.1.2.3", socket.getLocalPort());
            socket.setNetworkInterface(loopback);
            socket.joinGroup(group, loopback);
            socket.send(new DatagramPacket("all".getBytes(), 3, group));
            socket.setSoTimeout(5000);
            DatagramPacket packet = new DatagramPacket(new byte[10], 10);
            socket.receive(packet);
            System.out.println("multicast " + new String(packet.getData(), 0, packet.getLength()));
            socket.leaveGroup(group, loopback);
        }
    }

    static void http() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(4, Sockets::daemon));
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte[] answer = (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body.length).getBytes();
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/none") ? 404 : 200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
        System.out.println(client.send(HttpRequest.newBuilder(URI.create(base + "/a?b=c")).build(), HttpResponse.BodyHandlers.ofString()).body());
        HttpResponse<String> none = client.send(HttpRequest.newBuilder(URI.create(base + "/none")).POST(HttpRequest.BodyPublishers.ofByteArray(new byte[100_000])).build(), HttpResponse.BodyHandlers.ofString());
        System.out.println(none.statusCode() + " " + none.body() + " " + none.version());
        List<CompletableFuture<String>> many = new ArrayList<>();
        for (int i = 0; i < 30; i++) many.add(client.sendAsync(HttpRequest.newBuilder(URI.create(base + "/" + i)).build(), HttpResponse.BodyHandlers.ofString()).thenApply(HttpResponse::body));
        int right = 0;
        for (int i = 0; i < 30; i++) right += many.get(i).get().equals("GET /" + i + " 0") ? 1 : 0;
        System.out.println("http " + right);
        HttpURLConnection connection = (HttpURLConnection) new URL(base + "/old").openConnection();
        System.out.println(connection.getResponseCode() + " " + new String(connection.getInputStream().readAllBytes()));
        server.stop(0);
    }

    static void unix() throws Exception {
        Path path = Path.of("/tmp/mote-test-java-socket");
        Files.deleteIfExists(path);
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address); SocketChannel client = SocketChannel.open(address); SocketChannel peer = server.accept()) {
            client.write(ByteBuffer.wrap("unix".getBytes()));
            ByteBuffer buffer = ByteBuffer.allocate(10);
            peer.read(buffer);
            System.out.println(StandardCharsets.UTF_8.decode(buffer.flip()) + " " + server.getLocalAddress());
        }
        Files.delete(path);
        Pipe pipe = Pipe.open();
        pipe.sink().write(ByteBuffer.wrap(new byte[7]));
        System.out.println("pipe " + pipe.source().read(ByteBuffer.allocate(100)));
    }

    static void options() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0)); SocketChannel client = SocketChannel.open(server.getLocalAddress()); DatagramChannel datagram = DatagramChannel.open()) {
            for (NetworkChannel channel : new NetworkChannel[] {server, client, datagram}) {
                List<String> list = new ArrayList<>();
                for (SocketOption<?> option : channel.supportedOptions()) list.add(option.name());
                Collections.sort(list);
                System.out.println(list);
            }
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            client.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 77);
            client.setOption(jdk.net.ExtendedSocketOptions.TCP_QUICKACK, true);
            client.setOption(StandardSocketOptions.SO_LINGER, 3);
            System.out.println(client.getOption(StandardSocketOptions.TCP_NODELAY) + " " + client.getOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE) + " " + client.getOption(StandardSocketOptions.SO_LINGER));
        }
    }

    static void names() throws Exception {
        System.out.println(Arrays.toString(InetAddress.getAllByName("127.0.0.1")) + " " + InetAddress.getByName("::1").getHostAddress());
        System.out.println(InetAddress.getByName("localhost").isLoopbackAddress() + " " + InetAddress.getByAddress(new byte[] {127, 0, 0, 1}).isReachable(1000));
        NetworkInterface loopback = NetworkInterface.getByName("lo");
        System.out.println(loopback.isLoopback() + " " + loopback.isUp() + " " + loopback.getMTU() + " " + loopback.getIndex());
    }

    static Thread daemon(Runnable run) {
        Thread thread = new Thread(run);
        thread.setDaemon(true);
        return thread;
    }
}
