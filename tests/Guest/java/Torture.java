import java.io.*;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.nio.file.attribute.*;
import java.security.*;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.concurrent.locks.*;
import java.util.function.*;
import java.util.jar.*;
import java.util.regex.*;
import java.util.stream.*;
import java.util.zip.*;
import javax.crypto.*;
import javax.crypto.spec.*;

/** What the Java virtual machine and its library ask of a system. Without an argument all parts run, with one that part. */
public final class Torture {
    private interface Part { void run() throws Exception; }

    private static final Map<String, Part> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("threads", Torture::threads);
        PARTS.put("executors", Torture::executors);
        PARTS.put("locks", Torture::locks);
        PARTS.put("futures", Torture::futures);
        PARTS.put("timers", Torture::timers);
        PARTS.put("collector", Torture::collector);
        PARTS.put("faults", Torture::faults);
        PARTS.put("memory", Torture::memory);
        PARTS.put("files", Torture::files);
        PARTS.put("archives", Torture::archives);
        PARTS.put("crypto", Torture::crypto);
        PARTS.put("library", Torture::library);
        PARTS.put("machine", Torture::machine);
    }

    public static void main(String[] args) throws Exception {
        for (var part : PARTS.entrySet()) {
            if (args.length == 0 || args[0].equals(part.getKey())) {
                System.out.println("-- " + part.getKey());
                part.getValue().run();
            }
        }
        if (args.length > 0) {
            end(args);
        }
    }

    static void threads() throws Exception {
        var sum = new AtomicLong();
        var local = ThreadLocal.withInitial(() -> 1);
        var all = new ArrayList<Thread>();
        for (int i = 0; i < 200; i++) {
            final int n = i;
            var thread = new Thread(() -> { local.set(n); sum.addAndGet(local.get()); }, "worker-" + i);
            thread.setPriority(1 + i % 10);
            all.add(thread);
            thread.start();
        }
        for (var thread : all) thread.join();
        System.out.println("sum " + sum + " local " + local.get());

        var lock = new Object();
        var turn = new int[1];
        var players = new Thread[3];
        for (int p = 0; p < 3; p++) {
            final int me = p;
            players[p] = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    synchronized (lock) {
                        while (turn[0] % 3 != me) {
                            try { lock.wait(); } catch (InterruptedException e) { throw new IllegalStateException(e); }
                        }
                        turn[0]++;
                        lock.notifyAll();
                    }
                }
            });
            players[p].start();
        }
        for (var player : players) player.join();
        System.out.println("turns " + turn[0]);

        var sleeper = new Thread(() -> {
            try { Thread.sleep(100_000); } catch (InterruptedException e) { System.out.println("interrupted " + Thread.currentThread().isInterrupted()); }
        });
        sleeper.start();
        sleeper.interrupt();
        sleeper.join();
        var failing = new Thread(() -> { throw new IllegalStateException("in a thread"); });
        failing.setUncaughtExceptionHandler((t, e) -> System.out.println("uncaught " + e.getMessage()));
        failing.start();
        failing.join();

        // Loops without calls stop at the virtual machine's safepoints only because of a page that it protects.
        var stop = new boolean[1];
        var spinning = new Thread(() -> { long x = 0; while (!isSet(stop)) x++; });
        spinning.setDaemon(true);
        spinning.start();
        for (int i = 0; i < 5; i++) System.gc();
        System.out.println("traces " + (Thread.getAllStackTraces().size() > 1));
        synchronized (stop) { stop[0] = true; }
        spinning.join();
    }

    private static boolean isSet(boolean[] flag) { synchronized (flag) { return flag[0]; } }

    static void executors() throws Exception {
        var pool = Executors.newFixedThreadPool(8);
        var results = new ArrayList<Future<Integer>>();
        for (int i = 0; i < 1000; i++) { final int n = i; results.add(pool.submit(() -> n * n)); }
        long sum = 0;
        for (var result : results) sum += result.get();
        pool.shutdown();
        System.out.println("squares " + sum + " " + pool.awaitTermination(10, TimeUnit.SECONDS));
        System.out.println("fork-join " + new ForkJoinPool(4).invoke(new Fibonacci(20)));
        System.out.println("parallel " + IntStream.range(0, 1_000_000).parallel().filter(i -> i % 7 == 0).asLongStream().sum());
        var queue = new ArrayBlockingQueue<Integer>(5);
        var producer = new Thread(() -> { try { for (int i = 0; i < 3000; i++) queue.put(i); queue.put(-1); } catch (InterruptedException e) { } });
        producer.start();
        long taken = 0;
        for (int v; (v = queue.take()) >= 0; ) taken += v;
        System.out.println("taken " + taken);
        try {
            var factory = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
            try (var closing = (AutoCloseable) factory.invoke(null)) {
                var count = new AtomicInteger();
                for (int i = 0; i < 5000; i++) ((ExecutorService) closing).submit(() -> { Thread.sleep(1); return count.incrementAndGet(); });
                closing.close();
                System.out.println("virtual " + count);
            }
        } catch (NoSuchMethodException e) {
            System.out.println("no virtual threads");
        }
    }

    static final class Fibonacci extends RecursiveTask<Integer> {
        private final int n;
        Fibonacci(int n) { this.n = n; }
        @Override protected Integer compute() {
            if (n < 2) return n;
            var left = new Fibonacci(n - 1);
            left.fork();
            return new Fibonacci(n - 2).compute() + left.join();
        }
    }

    static void locks() throws Exception {
        var lock = new ReentrantLock(true);
        var shared = new ReentrantReadWriteLock();
        var map = new ConcurrentHashMap<Integer, LongAdder>();
        var latch = new CountDownLatch(16);
        var barrier = new CyclicBarrier(16);
        var permits = new Semaphore(3);
        var busiest = new AtomicInteger();
        var plain = new int[1];
        for (int t = 0; t < 16; t++) {
            new Thread(() -> {
                try {
                    barrier.await();
                    for (int i = 0; i < 300; i++) {
                        map.computeIfAbsent(i % 10, k -> new LongAdder()).increment();
                        lock.lock();
                        try { plain[0]++; } finally { lock.unlock(); }
                        shared.readLock().lock();
                        shared.readLock().unlock();
                        if (i % 50 == 0) {
                            permits.acquire();
                            busiest.accumulateAndGet(3 - permits.availablePermits(), Math::max);
                            shared.writeLock().lock();
                            shared.writeLock().unlock();
                            permits.release();
                        }
                    }
                } catch (Exception e) {
                    System.out.println(e);
                }
                latch.countDown();
            }).start();
        }
        latch.await();
        System.out.println("plain " + plain[0] + " map " + map.values().stream().mapToLong(LongAdder::sum).sum() + " permits " + (busiest.get() <= 3));
        System.out.println("timed " + new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS));
        LockSupport.parkNanos(1_000_000);
    }

    static void futures() throws Exception {
        var future = CompletableFuture.supplyAsync(() -> 20).thenCombine(CompletableFuture.supplyAsync(() -> 22), Integer::sum).thenApply(v -> "answer " + v);
        System.out.println(future.get());
        System.out.println(CompletableFuture.supplyAsync(() -> { if (true) throw new IllegalArgumentException("no"); return 1; }).handle((v, e) -> String.valueOf(e.getCause())).get());
        try {
            new CompletableFuture<String>().orTimeout(5, TimeUnit.MILLISECONDS).get();
        } catch (ExecutionException e) {
            System.out.println(e.getCause().getClass().getSimpleName());
        }
        System.out.println(CompletableFuture.allOf(IntStream.range(0, 100).mapToObj(i -> CompletableFuture.runAsync(() -> { })).toArray(CompletableFuture[]::new)).thenApply(v -> "all").get());
    }

    static void timers() throws Exception {
        long start = System.nanoTime();
        Thread.sleep(15);
        System.out.println("slept " + (System.nanoTime() - start >= 15_000_000));
        var scheduler = Executors.newScheduledThreadPool(2);
        var ticks = new CountDownLatch(5);
        var handle = scheduler.scheduleAtFixedRate(ticks::countDown, 1, 2, TimeUnit.MILLISECONDS);
        ticks.await();
        handle.cancel(false);
        scheduler.shutdownNow();
        var timer = new java.util.Timer(true);
        var fired = new CountDownLatch(3);
        timer.schedule(new TimerTask() { @Override public void run() { fired.countDown(); } }, 1, 1);
        fired.await();
        timer.cancel();
        System.out.println("fired " + (System.currentTimeMillis() > 1_600_000_000_000L) + " " + Instant.now().isAfter(Instant.EPOCH));
    }

    static void collector() throws Exception {
        var kept = new ArrayList<int[]>();
        long sum = 0;
        var workers = new ArrayList<Thread>();
        var total = new AtomicLong();
        for (int w = 0; w < 3; w++) {
            var worker = new Thread(() -> {
                for (int i = 0; i < 30; i++) total.addAndGet(tree(12).count());
            });
            workers.add(worker);
            worker.start();
        }
        for (int i = 0; i < 3000; i++) {
            var block = new int[1000 + i % 500];
            block[i % 1000] = i;
            if (i % 50 == 0) kept.add(block);
            sum += block[i % 1000];
        }
        for (var worker : workers) worker.join();
        var weak = new java.lang.ref.WeakReference<>(new byte[10000]);
        var queue = new java.lang.ref.ReferenceQueue<Object>();
        var phantom = new java.lang.ref.PhantomReference<>(new Object(), queue);
        for (int i = 0; i < 20 && weak.get() != null; i++) System.gc();
        System.out.println("sum " + sum + " kept " + kept.size() + " trees " + total + " weak " + (weak.get() == null) + " phantom " + (queue.remove(5000) == phantom));
    }

    record Node(Node left, Node right) {
        int count() { return left == null ? 1 : 1 + left.count() + right.count(); }
    }

    static Node tree(int depth) { return depth == 0 ? new Node(null, null) : new Node(tree(depth - 1), tree(depth - 1)); }

    static int depth;

    static void faults() {
        int caught = 0;
        for (int i = 0; i < 30_000; i++) {
            // Compiled code finds a null by the fault (SIGSEGV), not by a test.
            Node none = i % 3 == 0 ? null : new Node(null, null);
            try { caught += none.left == null ? 0 : 1; } catch (NullPointerException e) { caught++; }
        }
        System.out.println("null " + caught);
        try { Object o = "text"; System.out.println((Integer) o); } catch (ClassCastException e) { System.out.println("cast"); }
        try { System.out.println(1 / (caught - caught)); } catch (ArithmeticException e) { System.out.println(e.getMessage()); }
        try { System.out.println((new int[4])[caught]); } catch (ArrayIndexOutOfBoundsException e) { System.out.println(e.getMessage()); }
        for (int i = 0; i < 3; i++) {
            try { endless(); } catch (StackOverflowError e) { System.out.println("stack " + (depth > 500)); }
        }
        try {
            var blocks = new ArrayList<long[]>();
            while (true) blocks.add(new long[4_000_000]);
        } catch (OutOfMemoryError e) {
            System.out.println(e.getMessage());
        }
        try { throw new IOException("outer", new RuntimeException("inner")); } catch (IOException e) { System.out.println(e.getMessage() + " " + e.getCause().getMessage() + " " + e.getStackTrace()[0].getMethodName()); }
    }

    static void endless() { depth++; endless(); }

    static void memory() throws Exception {
        var direct = ByteBuffer.allocateDirect(1 << 20);
        direct.putLong(8, 0x0123456789abcdefL);
        System.out.println(Long.toHexString(direct.getLong(8)));
        var path = Files.createTempFile("mote-test-java", ".map");
        try (var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 100_000);
            map.put(77_777, (byte) 42);
            map.force();
            var one = ByteBuffer.allocate(1);
            channel.read(one, 77_777);
            System.out.println("mapped " + one.get(0) + " " + channel.size());
        }
        Files.delete(path);
        Runtime runtime = Runtime.getRuntime();
        System.out.println("heap " + (runtime.maxMemory() >= runtime.totalMemory()) + " " + (runtime.freeMemory() > 0));
    }

    static void files() throws Exception {
        Path root = Files.createTempDirectory("mote-test-java");
        Path deep = Files.createDirectories(root.resolve("a/b/c"));
        Files.writeString(deep.resolve("text"), "grüße\n".repeat(1000));
        Files.write(root.resolve("bytes"), new byte[12345]);
        Files.createSymbolicLink(root.resolve("link"), Path.of("a/b"));
        Files.createLink(root.resolve("hard"), root.resolve("bytes"));
        try (var walk = Files.walk(root)) {
            walk.sorted().forEach(p -> System.out.println(root.relativize(p) + " " + (Files.isDirectory(p) ? "folder" : Files.isSymbolicLink(p) ? "link" : "file")));
        }
        try (var lines = Files.lines(deep.resolve("text"))) { System.out.println("lines " + lines.count()); }
        Files.copy(root.resolve("bytes"), root.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(root.resolve("copy"), root.resolve("a/moved"), StandardCopyOption.ATOMIC_MOVE);
        Files.setPosixFilePermissions(root.resolve("bytes"), PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(root.resolve("bytes"), FileTime.from(Instant.parse("2020-02-29T12:34:56.789Z")));
        var facts = Files.readAttributes(root.resolve("bytes"), PosixFileAttributes.class);
        System.out.println(facts.size() + " " + PosixFilePermissions.toString(facts.permissions()) + " " + facts.lastModifiedTime() + " " + facts.owner().getName());
        System.out.println("links " + Files.getAttribute(root.resolve("hard"), "unix:nlink") + " same " + Files.isSameFile(root.resolve("hard"), root.resolve("bytes")));
        try (var file = new RandomAccessFile(root.resolve("random").toFile(), "rw")) {
            file.setLength(5000);
            file.seek(4000);
            file.writeUTF("there");
            file.seek(4000);
            System.out.println(file.readUTF() + " " + file.length());
            try (var lock = file.getChannel().tryLock()) { System.out.println("locked " + lock.isValid()); }
        }
        try (var from = FileChannel.open(root.resolve("bytes")); var to = FileChannel.open(root.resolve("sent"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            System.out.println("transferred " + from.transferTo(0, 20000, to));
        }
        try { Files.readString(root.resolve("none")); } catch (NoSuchFileException e) { System.out.println("no such file"); }
        try { Files.delete(root.resolve("a")); } catch (DirectoryNotEmptyException e) { System.out.println("not empty"); }
        var pipe = java.nio.channels.Pipe.open();
        new Thread(() -> { try (var sink = pipe.sink()) { sink.write(ByteBuffer.wrap(new byte[1000])); } catch (IOException e) { System.out.println(e); } }).start();
        int piped = 0;
        for (var buffer = ByteBuffer.allocate(100); pipe.source().read(buffer) >= 0; buffer.clear()) piped += buffer.position();
        System.out.println("piped " + piped);
        System.out.println("store " + (Files.getFileStore(root).getTotalSpace() > 0));
        try (var walk = Files.walk(root)) { walk.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete()); }
        System.out.println("gone " + !Files.exists(root));
    }

    static void archives() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes, new Manifest())) {
            for (int i = 0; i < 10; i++) {
                jar.putNextEntry(new ZipEntry("entry" + i));
                jar.write(("content " + i).repeat(1000).getBytes(StandardCharsets.UTF_8));
                jar.closeEntry();
            }
        }
        Path path = Files.createTempFile("mote-test-java", ".jar");
        Files.write(path, bytes.toByteArray());
        try (var zip = new ZipFile(path.toFile())) {
            System.out.println("entries " + zip.size() + " " + new String(zip.getInputStream(zip.getEntry("entry7")).readNBytes(9), StandardCharsets.UTF_8));
        }
        try (var system = FileSystems.newFileSystem(path)) { System.out.println("read " + Files.size(system.getPath("entry3"))); }
        Files.delete(path);
        var data = new byte[200_000];
        new Random(1).nextBytes(data);
        Arrays.fill(data, 50_000, 150_000, (byte) 3);
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) { gzip.write(data); }
        var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray())).readAllBytes();
        var crc = new CRC32();
        crc.update(unpacked);
        System.out.println("gzip " + Arrays.equals(data, unpacked) + " " + (packed.size() < 110_000) + " " + Long.toHexString(crc.getValue()));
    }

    static void crypto() throws Exception {
        var data = new byte[100_000];
        new Random(2).nextBytes(data);
        for (var name : List.of("MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256")) {
            System.out.println(name + " " + HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(data)));
        }
        var key = new SecretKeySpec(Arrays.copyOf(data, 32), "AES");
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, Arrays.copyOf(data, 12)));
        System.out.println(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(cipher.doFinal(data))));
        var pair = KeyPairGenerator.getInstance("RSA");
        pair.initialize(1024);
        var rsa = pair.generateKeyPair();
        var signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(rsa.getPrivate());
        signer.update(data);
        var signature = signer.sign();
        signer.initVerify(rsa.getPublic());
        signer.update(data);
        System.out.println("rsa " + signer.verify(signature));
        var derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(new PBEKeySpec("secret".toCharArray(), "salt".getBytes(), 1000, 256)).getEncoded();
        System.out.println(HexFormat.of().formatHex(derived));
        var random = new byte[64];
        new SecureRandom().nextBytes(random);
        System.out.println("random " + (new HashSet<>(IntStream.range(0, 64).mapToObj(i -> random[i]).toList()).size() > 20));
        System.out.println("certificates " + (KeyStore.getInstance(new File(System.getProperty("java.home") + "/lib/security/cacerts"), "changeit".toCharArray()).size() > 10));
    }

    static void library() throws Exception {
        System.out.println(Pattern.compile("(\\w+)@(\\w+)\\.com").matcher("me@example.com you@test.com").replaceAll("$2:$1"));
        TreeMap<Integer, String> words = Stream.of("the", "quick", "brown", "fox").collect(Collectors.groupingBy(String::length, TreeMap::new, Collectors.joining("+")));
        System.out.println(words);
        System.out.println(new BigInteger("3").pow(500).mod(BigInteger.valueOf(1_000_003)) + " " + BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE).isProbablePrime(20));
        var moment = ZonedDateTime.of(2024, 3, 31, 1, 59, 59, 0, ZoneId.of("Europe/Berlin")).plusSeconds(1);
        System.out.println(moment + " " + DateTimeFormatter.ofPattern("EEEE d MMMM uuuu", Locale.GERMAN).format(moment) + " " + moment.withZoneSameInstant(ZoneId.of("America/New_York")));
        System.out.println(String.format(Locale.ROOT, "%08.3f|%-6s|%x|%,d|%e", 3.14159, "ab", 255, 1234567, 12345.678) + " " + String.format(Locale.GERMANY, "%,.2f", 1234567.891));
        System.out.println(Arrays.toString("grüße €".getBytes(StandardCharsets.UTF_8)) + " " + new String("grüße".getBytes("UTF-16LE"), "UTF-16LE") + " " + "x".repeat(3));
        double total = 0;
        for (int i = 1; i < 300_000; i++) total += Math.sin(i) / i;
        System.out.println(total + " " + Math.sqrt(2) + " " + (0.1f + 0.2f) + " " + Double.MIN_VALUE);
        Supplier<String> lambda = () -> "lambda";
        System.out.println(lambda.get() + " " + switch (PARTS.size()) { case 1 -> "one"; default -> "many"; });
        var stored = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(stored)) { out.writeObject(new ArrayList<>(List.of(1, "two", 3.0))); }
        System.out.println(new ObjectInputStream(new ByteArrayInputStream(stored.toByteArray())).readObject());
        System.out.println(Torture.class.getDeclaredMethod("tree", int.class).getReturnType().getSimpleName());
        System.out.println(new Scanner("12 abc 3,5").useLocale(Locale.GERMAN).nextInt() + " " + UUID.nameUUIDFromBytes(new byte[] {1, 2}) + " " + Base64.getEncoder().encodeToString(new byte[] {1, 2, 3, 4}));
    }

    static void machine() throws Exception {
        System.out.println(System.getProperty("os.name") + " " + System.getProperty("os.arch") + " " + System.getProperty("user.home") + " " + System.getProperty("java.specification.version"));
        System.out.println("processors " + (Runtime.getRuntime().availableProcessors() > 0) + " pid " + (ProcessHandle.current().pid() > 0) + " " + ProcessHandle.current().isAlive());
        var memory = java.lang.management.ManagementFactory.getMemoryMXBean();
        var threads = java.lang.management.ManagementFactory.getThreadMXBean();
        var system = (com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        System.out.println("beans " + (memory.getHeapMemoryUsage().getUsed() > 0) + " " + (threads.getThreadCount() > 1) + " " + (threads.getCurrentThreadCpuTime() > 0) + " " + (system.getTotalMemorySize() > 50_000_000L) + " " + (system.getProcessCpuTime() > 0));
        System.out.println("environment " + System.getenv("HOME") + " " + System.getenv("MOTE_NOT_SET"));
    }

    private static void end(String[] args) throws Exception {
        switch (args[0]) {
            case "throw" -> throw new IllegalStateException("the end", new IOException("cause"));
            case "exit" -> { Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook"))); System.exit(7); }
            case "memory" -> { var all = new ArrayList<byte[]>(); while (true) all.add(new byte[1 << 20]); }
            case "many" -> many(Integer.parseInt(args[1]));
            case "watch" -> watch();
            default -> { }
        }
    }

    /** Thousands of threads that are alive at the same time. */
    private static void many(int count) throws Exception {
        var ready = new CountDownLatch(count);
        var go = new CountDownLatch(1);
        var sum = new AtomicLong();
        var all = new Thread[count];
        for (int i = 0; i < count; i++) {
            final int n = i;
            all[i] = new Thread(null, () -> { ready.countDown(); try { go.await(); } catch (InterruptedException e) { return; } sum.addAndGet(n); }, "t" + i, 128 << 10);
            all[i].start();
        }
        ready.await();
        go.countDown();
        for (var thread : all) thread.join();
        System.out.println("threads " + count + " sum " + sum);
    }

    private static void watch() throws Exception {
        Path root = Files.createTempDirectory("mote-test-java-watch");
        try (var service = FileSystems.getDefault().newWatchService()) {
            root.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            Files.createFile(root.resolve("one"));
            show(service);
            Files.delete(root.resolve("one"));
            show(service);
        }
        Files.delete(root);
    }

    private static void show(WatchService service) throws InterruptedException {
        var key = service.take();
        for (var event : key.pollEvents()) System.out.println(event.kind() + " " + event.context());
        key.reset();
    }
}
