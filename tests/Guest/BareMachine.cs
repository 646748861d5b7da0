using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Mote.Tests.Guest;

/// <summary>
/// A machine that QEMU runs without the tool: kernel, root image and devices as another VMM has them. What the guest writes to the serial
/// port or the console is QEMU's output; how it ended is told by QEMU's
/// own protocol (QMP).
/// </summary>
internal sealed class BareMachine : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private static readonly ConcurrentDictionary<string, Lazy<string>> s_images = new();

    private readonly Process _qemu;
    private readonly StreamReader _events;
    private readonly StreamWriter _commands;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BareMachine(Process qemu, NetworkStream monitor)
    {
        _qemu = qemu;
        _events = new StreamReader(monitor);
        _commands = new StreamWriter(monitor) { AutoFlush = true };
        _reading = Task.Run(Read);
        new Thread(Watch) { IsBackground = true, Name = "qmp" }.Start();
        Command("qmp_capabilities");
    }

    /// <summary>All that came so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>A folder with the root image of a program, made once by the tool.</summary>
    public static string Image(string name, params string[] program) => s_images.GetOrAdd(name, _ => new Lazy<string>(() =>
    {
        string folder = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "bare")).FullName, name);
        RunOutcome outcome = MoteTool.Build(program, folder);
        return outcome.Status == 0 ? folder : throw new InvalidOperationException(outcome.ErrorText);
    })).Value;

    /// <summary>The kernel's words for the program of an image.</summary>
    public static string CommandLine(string image)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(image, "config.json")));
        StringBuilder line = new("mote.exec=" + config.RootElement.GetProperty("entryPoint").GetString());
        foreach (JsonElement argument in config.RootElement.GetProperty("arguments").EnumerateArray())
        {
            line.Append(" mote.arg=").Append(Uri.EscapeDataString(argument.GetString()!));
        }

        return line.ToString();
    }

    /// <summary>Starts QEMU with a kernel, an image and whatever devices.</summary>
    public static BareMachine Start(string image, string commandLine, params string[] machine)
    {
        string[] arguments =
        [
            "-no-user-config", "-nodefaults", "-display", "none", "-accel", "tcg", "-smp", "1,maxcpus=2", "-kernel",
                Path.Combine(Repository.Root, "artifacts", "kernel", "mote.elf"),
            "-initrd", Path.Combine(image, "root.erofs"), "-append", commandLine, .. machine,
        ];
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mote-bare-");
        try
        {
            string path = Path.Combine(folder.FullName, "qmp");
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            ProcessStartInfo start =
                new("qemu-system-x86_64", [.. arguments, "-qmp", "unix:" + path]) { RedirectStandardInput = true, RedirectStandardOutput =
                true, RedirectStandardError = true };
            Process qemu = Process.Start(start)!;
            while (!listener.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead))
            {
                if (qemu.WaitForExit(0))
                {
                    throw new InvalidOperationException(qemu.StandardError.ReadToEnd());
                }
            }

            return new BareMachine(qemu, new NetworkStream(listener.Accept(), ownsSocket: true));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A command of QMP without arguments.</summary>
    public void Command(string name) => _commands.Write($"{{\"execute\":\"{name}\"}}\n");

    /// <summary>Waits until the output satisfies.</summary>
    public async Task Until(Func<string, bool> isThere)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!isThere(Output))
        {
            if (watch.Elapsed > s_patience || _reading.IsCompleted)
            {
                throw new InvalidOperationException("it never came: " + Output);
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Waits for the end; QEMU's word for what it was: <c>guest-shutdown</c>, <c>guest-reset</c>, <c>guest-panic</c>.</summary>
    public async Task<string> End()
    {
        string reason = await _end.Task.WaitAsync(s_patience);
        await _reading.WaitAsync(s_patience);
        return reason;
    }

    public void Dispose()
    {
        try
        {
            _qemu.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _qemu.WaitForExit();
        _qemu.Dispose();
        _events.Dispose();
    }

    private async Task Read()
    {
        char[] buffer = new char[4096];
        int count;
        while ((count = await _qemu.StandardOutput.ReadAsync(buffer)) > 0)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, count);
            }
        }
    }

    /// <summary>A machine that starts anew by itself has no end, so its reset counts as one.</summary>
    private void Watch()
    {
        string reason = "nothing";
        try
        {
            while (_events.ReadLine() is string line)
            {
                using JsonDocument message = JsonDocument.Parse(line);
                if (!message.RootElement.TryGetProperty("event", out JsonElement name))
                {
                    continue;
                }

                if (name.GetString() is "SHUTDOWN" or "RESET")
                {
                    reason = message.RootElement.GetProperty("data").GetProperty("reason").GetString()!;
                    if (name.GetString() == "RESET")
                    {
                        Command("quit");
                        break;
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or JsonException or ObjectDisposedException)
        {
            // QEMU has gone.
        }

        _end.TrySetResult(reason);
    }
}
