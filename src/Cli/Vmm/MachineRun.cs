using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Mote.Cli.Cores;
using Mote.Cli.Datagrams;
using Mote.Cli.Diagnostics;

namespace Mote.Cli.Vmm;

/// <summary>
/// One run of a machine: starts QEMU, moves bytes between the host's streams and the channels, and tells how it ended. Each stream has a thread of its own that
/// reads and writes without buffering; a slow reader of our output therefore slows the program down, as a pipe would.
/// </summary>
internal sealed class MachineRun
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>ENQ on the serial port: the kernel asks for the time.</summary>
    private const byte AskForTime = 5;

    /// <summary>How long the machine may take to power off once the program has ended.</summary>
    private static readonly TimeSpan s_powerOffGrace = TimeSpan.FromSeconds(10);

    private readonly MachineConsole _console;
    private readonly SerialLog _serial = new();
    private readonly Lock _stopLock = new();
    private readonly Lock _controlLock = new();
    private readonly List<byte> _unsent = [];
    private Socket? _control;
    private QemuProcess? _qemu;
    private int? _stopStatus;
    private int? _exitStatus;
    private Timer? _powerOffTimer;

    public MachineRun(MachineConsole console)
    {
        _console = console;
        Cores = new CoreTransfers(SendControl);
    }

    /// <summary>Core files of the program.</summary>
    public CoreTransfers Cores { get; }

    /// <summary>Whether QEMU came as far as to connect to the channels: later, what it says may be a machine's words.</summary>
    public bool HasConnected { get; private set; }

    /// <summary>Ends the machine at once; the run's outcome is then Stopped with this status. Safe from any thread, also before the start; the first call counts.</summary>
    public void Stop(int status)
    {
        lock (_stopLock)
        {
            _stopStatus ??= status;
            _qemu?.Kill();
        }
    }

    /// <summary>Sends a line to the kernel, which reads it once the program has started. False before QEMU has started and after the machine's end.</summary>
    public bool SendControl(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_controlLock)
        {
            if (_control is Socket socket)
            {
                return TrySend(socket, bytes);
            }

            if (_qemu is not { HasExited: false })
            {
                return false;
            }

            _unsent.AddRange(bytes);
            return true;
        }
    }

    /// <summary>Runs the machine to its end. Call it on the main thread (see <see cref="QemuProcess"/>).</summary>
    public MachineOutcome Run(string qemuPath, MachineOptions options)
    {
        using ChannelListeners listeners = new(Channels.InOrder(options));
        using DatagramRelay? datagrams = DatagramRelay.TryCreate(options.Network);
        QemuProcess qemu;
        lock (_stopLock)
        {
            if (_stopStatus is int early)
            {
                return new MachineOutcome(MachineEnd.Stopped, early, "", "", 0);
            }

            qemu = QemuProcess.Start(qemuPath, QemuArguments.Build(options, listeners.Folder), options.Configuration, QemuPrivileges.Needed(options));
            _qemu = qemu;
        }

        using (qemu)
        {
            Dictionary<Channel, Socket>? sockets = listeners.AcceptAll(() => qemu.HasExited);
            listeners.Dispose();
            HasConnected = sockets is not null;
            if (sockets is not null)
            {
                lock (_controlLock)
                {
                    _control = sockets[Channel.Control];
                    _ = TrySend(_control, [.. _unsent]); // a machine that is gone needs nothing
                }

                Thread[] readers =
                [
                    StartThread("stdout", () => PumpOutput(sockets[Channel.Output], _console.WriteOutput)),
                    StartThread("stderr", () => PumpOutput(sockets[Channel.Error], _console.WriteError)),
                    StartThread("control", () => PumpControl(sockets[Channel.Control])),
                    StartThread("serial", () => PumpSerial(sockets[Channel.Serial])),
                ];
                StartThread("stdin", () => PumpInput(sockets[Channel.Input]));
                Cores.MostBytes = CoreTransfers.Factor * options.Memory.Bytes;
                using CoreServer? coreServer = CoreServer.TryStart(qemu.Id, Cores);
                using DiagnosticRelay? diagnostics = options.Diagnostics ? new DiagnosticRelay(sockets[Channel.Diagnostics], qemu.Id, Cores) : null;
                if (diagnostics is not null)
                {
                    readers = [.. readers, StartThread("diagnostics", diagnostics.Run)];
                }

                datagrams?.Start(sockets[Channel.Datagrams]);
                if (options.Network.Ports.Count > 0)
                {
                    StartThread("backlog", () => ForwardBacklog.Raise(qemu.Id, options.Network.Ports));
                }

                // The sockets keep what QEMU wrote before it exited; each reader ends at its end of file.
                foreach (Thread reader in readers)
                {
                    JoinUnlessStopped(reader);
                }

                Cores.End();
            }

            qemu.WaitForExit();
            _powerOffTimer?.Dispose();
            return Outcome(qemu);
        }
    }

    private static Thread StartThread(string name, Action body)
    {
        Thread thread = new(() => body()) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    /// <summary>Waits for a reader, but not for long after a stop: it may hang in a write to a pipe that nobody empties.</summary>
    private void JoinUnlessStopped(Thread reader)
    {
        while (!reader.Join(TimeSpan.FromMilliseconds(100)))
        {
            if (_stopStatus is not null)
            {
                reader.Join(TimeSpan.FromMilliseconds(200));
                return;
            }
        }
    }

    private MachineOutcome Outcome(QemuProcess qemu)
    {
        // The guest ends QEMU with an odd status (isa-debug-exit); 0 is a signal that QEMU got too, from the terminal. Ours is on its way.
        if (_exitStatus is null && qemu.ExitCode == 0)
        {
            SpinWait.SpinUntil(() => _stopStatus is not null, TimeSpan.FromMilliseconds(200));
        }

        lock (_stopLock)
        {
            (MachineEnd end, int status) = (_stopStatus, _exitStatus) switch
            {
                (int stop, _) => (MachineEnd.Stopped, stop),
                (null, int exit) => (MachineEnd.Exited, exit),
                _ => (MachineEnd.Failed, ExitStatus.MachineFailed),
            };
            return new MachineOutcome(end, status, _serial.ToString(), qemu.ErrorText(), qemu.ExitCode);
        }
    }

    private void PumpInput(Socket socket)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = _console.ReadInput(buffer)) > 0)
            {
                Send(socket, buffer, count);
            }

            // Only our direction: when the whole socket is closed, QEMU sees a hang-up and drops what it has not read yet (tcp_chr_hup).
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The machine has ended without reading all.
        }
    }

    private static bool TrySend(Socket socket, byte[] bytes)
    {
        try
        {
            Send(socket, bytes, bytes.Length);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void Send(Socket socket, byte[] buffer, int count)
    {
        for (int done = 0; done < count;)
        {
            done += socket.Send(buffer, done, count - done, SocketFlags.None);
        }
    }

    private void PumpOutput(Socket socket, Func<byte[], int, WriteResult> write)
    {
        byte[] buffer = new byte[BufferBytes];
        bool discard = false;
        int count;
        while ((count = Receive(socket, buffer)) > 0)
        {
            if (discard)
            {
                continue;
            }

            switch (write(buffer, count))
            {
                case WriteResult.ReaderGone:
                    discard = true;
                    Stop(ExitStatus.BrokenPipe);
                    break;
                case WriteResult.Failed:
                    discard = true;
                    break;
            }
        }
    }

    private void PumpControl(Socket socket)
    {
        LineSplitter lines = null!;
        lines = new LineSplitter(text => lines.Expect(OnLine(text)), Cores.TakeBytes);
        byte[] buffer = new byte[BufferBytes];
        int count;
        while ((count = Receive(socket, buffer)) > 0)
        {
            lines.Add(buffer.AsSpan(0, count));
        }

        lines.End();
    }

    /// <summary>Returns how many bytes follow that are no lines.</summary>
    private int OnLine(string text)
    {
        ControlLine line = ControlLine.Parse(text);
        switch (line.Kind)
        {
            case ControlLineKind.Core:
                return Cores.Take(line.Text);
            case ControlLineKind.Exit:
                _exitStatus ??= line.Status;
                _powerOffTimer ??= new Timer(_ => _qemu?.Kill(), null, s_powerOffGrace, Timeout.InfiniteTimeSpan);
                return 0;
            default:
                _console.OnControlLine(line);
                return 0;
        }
    }

    private void PumpSerial(Socket socket)
    {
        byte[] buffer = new byte[BufferBytes];
        int count;
        while ((count = Receive(socket, buffer)) > 0)
        {
            if (buffer.AsSpan(0, count).Contains(AskForTime))
            {
                SendTime();
                count = RemoveAll(buffer, count, AskForTime);
            }

            _serial.Append(buffer.AsSpan(0, count));
            _console.OnSerial?.Invoke(buffer, count);
        }
    }

    /// <summary>Tells the kernel the time.</summary>
    public void SendTime() => _ = SendControl(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"time {(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100}"));

    private static int RemoveAll(byte[] buffer, int count, byte unwanted)
    {
        int left = 0;
        foreach (byte value in buffer.AsSpan(0, count))
        {
            buffer[left] = value;
            left += value == unwanted ? 0 : 1;
        }

        return left;
    }

    /// <summary>0 at the end, which a killed QEMU may also bring as a reset.</summary>
    private static int Receive(Socket socket, byte[] buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
