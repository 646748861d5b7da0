using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>
/// A terminal as programs see it (termios(3), ioctl_tty(2)): settings, size, the line discipline, and its place in job control. A subclass is the far end: it takes output and
/// brings input. Other parts: reading and writing, job control, requests.
/// </summary>
public abstract partial class Terminal : ControllingTerminal
{
    private readonly LineDiscipline _discipline;
    private readonly TerminalOutput _output;

    /// <param name="host">Whose processes get the terminal's signals; null only where there are none.</param>
    /// <param name="buffers">Buffers for writes.</param>
    protected Terminal(ProcessHost? host, BufferPool buffers)
    {
        Host = host;
        Buffers = buffers;
        _output = new TerminalOutput(this);
        _discipline = new LineDiscipline(this, _output);
    }

    /// <summary>Told whenever reading or writing may have become possible, or the terminal hung up.</summary>
    public WaitQueue Changed { get; } = new();

    public TerminalSettings Settings { get; } = new();

    public WindowSize Size { get; private set; }

    /// <summary>Held by the stop character or TCOOFF.</summary>
    public bool IsOutputStopped { get; private set; }

    internal BufferPool Buffers { get; }

    /// <summary>Open descriptions.</summary>
    internal int OpenCount { get; private set; }

    /// <summary>Grows with every hang-up; a description that is older than the last one is dead (Linux: hung_up_tty_fops).</summary>
    internal int HangUps { get; private set; }

    /// <summary>Nothing will come any more: a read that finds nothing is end of file.</summary>
    protected bool IsInputEnded { get; set; }

    protected ProcessHost? Host { get; }

    /// <summary>TIOCEXCL: only root may open it.</summary>
    private bool IsExclusive { get; set; }

    /// <summary>Bytes that <see cref="Send"/> takes now.</summary>
    protected internal abstract int OutputRoom { get; }

    /// <summary>Gives bytes to the far end; returns how many it took.</summary>
    protected internal abstract int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Some bytes were sent: a good moment to pass them on.</summary>
    protected internal abstract void OnSent();

    /// <summary>Drops what was sent and has not reached the far end.</summary>
    protected internal abstract void DiscardSent();

    /// <summary>Whether everything sent has reached the far end (TIOCOUTQ is zero).</summary>
    protected internal virtual int BytesUnderWay => 0;

    /// <summary>Readers have made room for input.</summary>
    protected internal virtual void OnInputRoom()
    {
    }

    /// <summary>Flow or buffers changed in a way that a master in packet mode is told.</summary>
    internal virtual void OnFlushed(PacketEvents events)
    {
    }

    /// <summary>The far end has room again.</summary>
    protected void OnOutputRoom()
    {
        _output.Push();
        if (_output.HasRoom)
        {
            Changed.WakeAll((uint)PollEvents.Writable);
        }
    }

    /// <summary>Input from the far end; returns how many bytes were taken.</summary>
    protected int Receive(ReadOnlySpan<byte> bytes) => _discipline.Receive(bytes);

    /// <summary>Bytes of a line without end that found no room.</summary>
    protected long LostInput
    {
        get => _discipline.LostBytes;
        set => _discipline.LostBytes = value;
    }

    protected void DiscardInput() => _discipline.Discard();

    /// <summary>Sets the size; when it changes, the foreground group gets SIGWINCH.</summary>
    public void Resize(WindowSize size)
    {
        if (size != Size)
        {
            Size = size;
            SignalForeground(Signal.SIGWINCH);
        }
    }

    internal void StopOutput()
    {
        if (!IsOutputStopped)
        {
            IsOutputStopped = true;
            OnFlushed(PacketEvents.Stopped);
        }
    }

    internal void StartOutput()
    {
        if (IsOutputStopped)
        {
            IsOutputStopped = false;
            OnFlushed(PacketEvents.Started);
            OnOutputRoom();
        }
    }

    /// <summary>Puts new settings into force.</summary>
    internal void Apply(TerminalSettings settings)
    {
        LocalModes before = Settings.Local;
        Settings.CopyFrom(settings);
        _discipline.OnModesChanged(before);
        if (IsOutputStopped && !Settings.Has(InputModes.OutputFlow))
        {
            StartOutput();
        }

        Changed.WakeAll();
    }

    /// <summary>The far end is gone: descriptions that are open now read end of file and fail to write.</summary>
    protected void HangUpFiles()
    {
        HangUps++;
        _discipline.Discard();
        Changed.WakeAll();
    }

    /// <summary>Makes a description. EBUSY when another program has it for itself.</summary>
    internal Result<OpenFile> Open(PathNode path, OpenFlags flags, bool mayControl)
    {
        UserThread? thread = KernelThread.Current as UserThread;
        if (IsExclusive && thread != null && !thread.Credentials.Has(Capability.SystemAdmin))
        {
            return Errno.EBUSY;
        }

        TerminalFile file = new(path, flags, this);
        OpenCount++;
        if (mayControl && thread != null && (flags & OpenFlags.NoControllingTerminal) == 0 && file.CanRead)
        {
            TakeOnOpen(thread.Process);
        }

        return file;
    }

    internal void OnClosed()
    {
        if (--OpenCount == 0)
        {
            OnLastClosed();
        }
    }

    /// <summary>No description is left.</summary>
    protected virtual void OnLastClosed()
    {
    }
}
