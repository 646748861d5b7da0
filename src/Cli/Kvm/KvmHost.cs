using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;

namespace Mote.Cli.Kvm;

/// <summary>
/// A computer with KVM, emulated: QEMU's emulator has AMD's SVM with nested paging (-accel tcg -cpu EPYC,+svm,+npt), so that Debian's kernel
/// with kvm-amd is a real KVM host in it, only slow. It sees this computer's files, keeps what it changes of them in memory, and has no
/// network but its own loopback. Programs are run in it as they would be here.
/// </summary>
internal sealed class KvmHost : IDisposable
{
    /// <summary>
    /// Without XSAVE: QEMU 7.2 lets KVM not see a guest's XSETBV, so that the guest's XCR0 is lost at its next entry (svm_vmrun, and an
    /// invalid AVX instruction in the guest). What needs AVX is tested elsewhere.
    /// </summary>
    private const string Cpu = "EPYC,+svm,+npt,-xsave,-avx,check=off";

    /// <summary>Boot takes ten seconds on a computer that is idle.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private readonly Process _qemu;
    private readonly Socket _port;
    private readonly ConcurrentDictionary<int, KvmHostProgram> _programs = new();
    private readonly ManualResetEventSlim _isUp = new();
    private readonly StringBuilder _console = new();
    private readonly Lock _sending = new();
    private int _lastId;

    private KvmHost(Process qemu, Socket port)
    {
        _qemu = qemu;
        _port = port;
        _programs[0] = new KvmHostProgram();
        new Thread(ReadReplies) { IsBackground = true, Name = "replies of the emulated host" }.Start();
    }

    /// <summary>Boots a host and waits for its agent.</summary>
    /// <param name="root">The repository, whose built tool is the agent.</param>
    /// <exception cref="CliException">It cannot be had, or does not come up; the message has its console.</exception>
    public static KvmHost Start(string root)
    {
        string folder = Path.Combine(root, "artifacts", "kvm"), tool = Path.Combine(root, "artifacts", "cli", "mote");
        KvmHostKernel kernel = KvmHostKernel.Get(Path.Combine(folder, "kernel"));
        string image = KvmHostImage.Get(kernel, tool, root, Path.Combine(folder, "images"));
        DirectoryInfo meeting = Directory.CreateTempSubdirectory("mote-kvm-"); // mode 0700
        try
        {
            string path = Path.Combine(meeting.FullName, "agent");
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            ProcessStartInfo start = new(Executables.Qemu(), Arguments(kernel.Image, image, path)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            Process qemu = Process.Start(start) ?? throw new CliException("QEMU did not start", ExitStatus.MachineFailed);
            StringBuilder errors = new();
            qemu.ErrorDataReceived += (_, line) => errors.Append(line.Data).Append('\n');
            qemu.BeginErrorReadLine();
            while (!listener.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead))
            {
                if (qemu.WaitForExit(0))
                {
                    throw new CliException($"the emulated host did not start: {errors}", ExitStatus.MachineFailed);
                }
            }

            KvmHost host = new(qemu, listener.Accept());
            host.ReadConsole();
            host.WaitForAgent();
            return host;
        }
        finally
        {
            meeting.Delete(recursive: true);
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="file">Its path here, or its name to be searched in PATH.</param>
    /// <param name="seconds">It is killed after that, as <see cref="KvmHostOutcome.Status"/> 124.</param>
    public KvmHostProgram Begin(string file, IReadOnlyList<string> arguments, int seconds, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        int id = Interlocked.Increment(ref _lastId);
        KvmHostProgram program = _programs[id] = new KvmHostProgram();
        KvmHostRequest request = new(id, file, arguments, environment ?? new Dictionary<string, string>(), input ?? [], seconds);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(request, KvmHostJson.Default.KvmHostRequest), (byte)'\n'];
        try
        {
            lock (_sending)
            {
                for (int sent = 0; sent < line.Length;)
                {
                    sent += _port.Send(line.AsSpan(sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            program.Fail(Ended());
        }

        return program;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="CliException">The host has ended.</exception>
    public KvmHostOutcome Run(string file, IReadOnlyList<string> arguments, int seconds, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null) =>
        Begin(file, arguments, seconds, input, environment).Outcome.GetAwaiter().GetResult();

    /// <summary>Ends the host, as a power cut does.</summary>
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
        _port.Dispose();
        _isUp.Dispose();
    }

    private static string[] Arguments(string kernel, string image, string agentPath) =>
    [
        "-no-user-config", "-nodefaults", "-display", "none", "-no-reboot", "-M", "q35", "-accel", "tcg", "-cpu", Cpu, "-smp", "2", "-m", "3G", "-serial", "stdio",
        "-kernel", kernel, "-initrd", image, "-append", "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable",
        "-fsdev", "local,id=files,path=/,security_model=none,readonly=on,multidevs=remap", "-device", "virtio-9p-pci,fsdev=files,mount_tag=" + KvmHostImage.ShareName,
        "-chardev", "socket,id=agent,path=" + agentPath, "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=agent,nr=1",
    ];

    private void ReadConsole()
    {
        _qemu.OutputDataReceived += (_, line) =>
        {
            lock (_console)
            {
                _console.Append(line.Data).Append('\n');
            }
        };
        _qemu.BeginOutputReadLine();
    }

    private void WaitForAgent()
    {
        for (Stopwatch watch = Stopwatch.StartNew(); !_isUp.Wait(TimeSpan.FromMilliseconds(200));)
        {
            if (_qemu.HasExited || watch.Elapsed > s_patience)
            {
                CliException reason = Ended();
                Dispose();
                throw reason;
            }
        }
    }

    private void ReadReplies()
    {
        try
        {
            using NetworkStream stream = new(_port);
            using StreamReader lines = new(stream);
            while (lines.ReadLine() is string line)
            {
                KvmHostReply reply = JsonSerializer.Deserialize(line, KvmHostJson.Default.KvmHostReply)!;
                if (reply.Id == 0)
                {
                    _isUp.Set();
                }
                else if (_programs.TryGetValue(reply.Id, out KvmHostProgram? program))
                {
                    program.Take(reply);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException)
        {
            // The host is gone, or broken: all who wait are told.
        }

        foreach (KvmHostProgram program in _programs.Values)
        {
            program.Fail(Ended());
        }
    }

    private CliException Ended()
    {
        lock (_console)
        {
            return new CliException($"the emulated host is not there (any more); its console: {_console}", ExitStatus.MachineFailed);
        }
    }
}
