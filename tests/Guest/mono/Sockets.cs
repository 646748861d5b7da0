// Mono's sockets over loopback, as server and as client in one process; and, with the argument "assemblies", every assembly of its class
// library, loaded.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

public static class Sockets
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length > 0 && arguments[0] == "assemblies")
        {
            Assemblies();
            return 0;
        }

        Streams();
        Datagrams();
        Many().Wait();
        Web();
        Local();
        Library();
        return 3;
    }

    private static void Streams()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        TcpClient peer = listener.AcceptTcpClient();
        byte[] large = Enumerable.Range(0, 300000).Select(i => (byte)(i * 7)).ToArray();
        var sender = new Thread(() => { peer.GetStream().Write(large, 0, large.Length); peer.Client.Shutdown(SocketShutdown.Send); });
        sender.Start();
        var received = new MemoryStream();
        client.GetStream().CopyTo(received);
        sender.Join();
        Console.WriteLine("{0} {1}", received.Length, received.ToArray().SequenceEqual(large));
        client.NoDelay = true;
        client.Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        Console.WriteLine("{0} {1}", client.NoDelay, client.Client.GetSocketOption(SocketOptionLevel.Socket,
            SocketOptionName.KeepAlive).ToString() != "0");
        client.ReceiveTimeout = 50;
        peer.Close();
        Console.WriteLine(client.Client.Poll(5000000, SelectMode.SelectRead));
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        client.Close();
        listener.Stop();
        try
        {
            new TcpClient("127.0.0.1", port);
        }
        catch (SocketException e)
        {
            Console.WriteLine(e.SocketErrorCode);
        }

        // IPv6, and a time that runs out.
        listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        client = new TcpClient(AddressFamily.InterNetworkV6);
        client.Connect(IPAddress.IPv6Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        client.ReceiveTimeout = 50;
        try
        {
            client.GetStream().ReadByte();
        }
        catch (IOException e)
        {
            Console.WriteLine(((SocketException)e.InnerException).SocketErrorCode);
        }

        client.Close();
        listener.Stop();
    }

    private static void Datagrams()
    {
        using (var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
        using (var client = new UdpClient("127.0.0.1", ((IPEndPoint)server.Client.LocalEndPoint).Port))
        {
            client.Send(Encoding.ASCII.GetBytes("ping"), 4);
            IPEndPoint from = null;
            string asked = Encoding.ASCII.GetString(server.Receive(ref from));
            server.Send(Encoding.ASCII.GetBytes(asked + " pong"), 9, from);
            IPEndPoint ignored = null;
            Console.WriteLine(Encoding.ASCII.GetString(client.Receive(ref ignored)));
        }
    }

    // Asynchronous: the runtime's own thread polls.
    private static async Task Many()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task server = Task.Run(async () =>
        {
            var all = new List<Task>();
            for (int i = 0; i < 50; i++)
            {
                TcpClient accepted = await listener.AcceptTcpClientAsync();
                all.Add(Task.Run(async () =>
                {
                    using (accepted)
                    {
                        byte[] buffer = new byte[100];
                        int count = await accepted.GetStream().ReadAsync(buffer, 0, buffer.Length);
                        await accepted.GetStream().WriteAsync(buffer, 0, count);
                    }
                }));
            }

            await Task.WhenAll(all);
        });
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using (var client = new TcpClient())
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                byte[] text = Encoding.ASCII.GetBytes("number " + i);
                await client.GetStream().WriteAsync(text, 0, text.Length);
                using (var reader = new StreamReader(client.GetStream()))
                {
                    return await reader.ReadToEndAsync();
                }
            }
        }));
        await server;
        listener.Stop();
        Console.WriteLine(answers.Where((answer, i) => answer == "number " + i).Count());
    }

    private static void Web()
    {
        var listener = new HttpListener();
        int port = 18000;
        while (true)
        {
            listener.Prefixes.Add("http://127.0.0.1:" + port + "/");
            try
            {
                listener.Start();
                break;
            }
            catch (Exception e) when (e is HttpListenerException || e is SocketException)
            {
                listener = new HttpListener();
                port++;
            }
        }

        var server = new Thread(() =>
        {
            for (int i = 0; i < 2; i++)
            {
                HttpListenerContext context = listener.GetContext();
                string body = new StreamReader(context.Request.InputStream).ReadToEnd();
                byte[] answer = Encoding.UTF8.GetBytes(context.Request.HttpMethod + " " + context.Request.RawUrl + " " + body);
                context.Response.StatusCode = i == 0 ? 200 : 404;
                context.Response.OutputStream.Write(answer, 0, answer.Length);
                context.Response.Close();
            }
        });
        server.Start();
        using (var client = new WebClient())
        {
            Console.WriteLine(client.UploadString("http://127.0.0.1:" + port + "/first?x=1", "body"));
            try
            {
                client.DownloadString("http://127.0.0.1:" + port + "/second");
            }
            catch (WebException e)
            {
                Console.WriteLine(((HttpWebResponse)e.Response).StatusCode);
            }
        }

        server.Join();
        listener.Close();
    }

    private static void Local()
    {
        string path = "/tmp/mote-test-mono-socket";
        File.Delete(path);
        using (var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.IP))
        using (var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.IP))
        {
            listener.Bind(new Name(path));
            listener.Listen(1);
            client.Connect(new Name(path));
            using (Socket peer = listener.Accept())
            {
                client.Send(Encoding.ASCII.GetBytes("by a file"));
                byte[] buffer = new byte[100];
                Console.WriteLine(Encoding.ASCII.GetString(buffer, 0, peer.Receive(buffer)));
            }
        }
    }

    private static void Library()
    {
        Console.WriteLine(string.Join(" ", Dns.GetHostAddresses("127.0.0.1").Select(address => address.ToString())));
        Console.WriteLine(BitConverter.ToString(SHA256.Create().ComputeHash(Encoding.ASCII.GetBytes("mote"))).Substring(0, 23));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Console.WriteLine(TimeZoneInfo.ConvertTimeFromUtc(new DateTime(2024, 7, 1, 12, 0, 0, DateTimeKind.Utc), zone).ToString("u"));
        Console.WriteLine(1234.5.ToString("N", System.Globalization.CultureInfo.GetCultureInfo("de-DE")));
        var compressed = new MemoryStream();
        using (var deflate = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionMode.Compress, true))
        {
            deflate.Write(new byte[100000], 0, 100000);
        }

        compressed.Position = 0;
        var whole = new MemoryStream();
        new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionMode.Decompress).CopyTo(whole);
        Console.WriteLine(whole.Length);
        long sum = 0;
        Parallel.For(0, 1000, i => Interlocked.Add(ref sum, i));
        Console.WriteLine(sum);
        for (int i = 0; i < 200; i++)
        {
            GC.KeepAlive(new byte[1 << 20]);
        }

        GC.Collect();
        Console.WriteLine(GC.CollectionCount(2) > 0);
        Console.WriteLine(getpid() > 0);
        try
        {
            string nothing = null;
            Console.WriteLine(nothing.Length);
        }
        catch (NullReferenceException)
        {
            Console.WriteLine("null");
        }
    }

    [DllImport("libc")]
    private static extern int getpid();

    // What is there is what is installed, in the machine as on the host.
    private static void Assemblies()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location);
        string facades = Path.Combine(folder, "Facades");
        string[] more = Directory.Exists(facades) ? Directory.GetFiles(facades, "*.dll") : new string[0];
        foreach (string file in Directory.GetFiles(folder, "*.dll").Concat(more).OrderBy(name => name, StringComparer.Ordinal))
        {
            string told;
            try
            {
                Assembly assembly = Assembly.Load(AssemblyName.GetAssemblyName(file));
                told = assembly.GetName().Version + " " + assembly.GetTypes().Length;
            }
            catch (ReflectionTypeLoadException e)
            {
                told = "partly: " + e.Types.Count(type => type != null);
            }
            catch (Exception e)
            {
                told = e.GetType().Name;
            }

            Console.WriteLine(Path.GetFileName(file) + " " + told);
        }
    }

    // struct sockaddr_un
    private sealed class Name : EndPoint
    {
        private readonly string _path;

        public Name(string path)
        {
            _path = path;
        }

        public override AddressFamily AddressFamily
        {
            get { return AddressFamily.Unix; }
        }

        public override SocketAddress Serialize()
        {
            byte[] bytes = Encoding.UTF8.GetBytes(_path);
            var address = new SocketAddress(AddressFamily.Unix, 2 + bytes.Length + 1);
            for (int i = 0; i < bytes.Length; i++)
            {
                address[2 + i] = bytes[i];
            }

            return address;
        }

        public override EndPoint Create(SocketAddress address)
        {
            return this;
        }
    }
}
