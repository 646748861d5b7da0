using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;

namespace Mote.Cli.Diagnostics;

/// <summary>The socket that tools find, for this user only. Its name says which process it stands for and when that began, as the runtime itself names its socket.</summary>
internal sealed class DiagnosticSocket : IDisposable
{
    private const int Backlog = 16;

    /// <summary>The fields of /proc/PID/stat after the name in brackets, of which the first is the third of all; starttime is the 22nd (proc(5)).</summary>
    private const int StartTime = 22 - 3;

    private readonly Socket _listener;
    private readonly string _path;

    private DiagnosticSocket(Socket listener, string path)
    {
        _listener = listener;
        _path = path;
    }

    /// <summary>Null where the folder for temporary files does not take it: the program runs without tools then.</summary>
    public static DiagnosticSocket? TryCreate(int process)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            string path = Path.Combine(Path.GetTempPath(), NameFor(process));
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);
            return new DiagnosticSocket(listener, path);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            listener.Dispose();
            return null;
        }
    }

    /// <summary>The next tool, or null when there will be none.</summary>
    public Socket? TryAccept()
    {
        try
        {
            return _listener.Accept();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody cleans the folder. A tool leaves out what stands for a process that has ended.
        }
    }

    private static string NameFor(int process)
    {
        string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        string start = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTime];
        return string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{process}-{ulong.Parse(start, CultureInfo.InvariantCulture)}-socket");
    }
}
