using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// Makes core files of the program, for the tool: whenever it asks for one, and when a signal ends the program. The program's threads
/// stand still while their memory is
/// read: whatever they wait for ends for them afterwards, and no call is interrupted. One core is made at a time.
/// </summary>
public sealed class CoreDumper : CoreSink
{
    /// <summary>What a core takes of the kernel's heap.</summary>
    private const long Bytes = 32 * 1024;

    private readonly ControlChannel _channel;
    private readonly Scheduler _scheduler;
    private CoreStream? _stream;
    private bool _isBusy;

    public CoreDumper(ControlChannel channel, Scheduler scheduler)
    {
        _channel = channel;
        _scheduler = scheduler;
    }

    /// <summary>Whether the tool wants the core of a program that a signal ends, too.</summary>
    public bool TakesCrashes { get; init; }

    /// <summary>
    /// Begins a core of a process. The tool is told so, or why there is none; while there is one already it is not answered.
    /// </summary>
    public void Start(Process? process)
    {
        if (_isBusy)
        {
            return;
        }

        if (process == null || process.IsEnding || process.HasExited)
        {
            _channel.Core("failed the program does not run"u8);
        }
        else if (!KernelHeap.CanAllocate(Bytes) || !ContextSlot.TryCreate(out ContextSlot? slot))
        {
            _channel.Core("failed the machine has no memory for it"u8);
        }
        else
        {
            _isBusy = true;
            _scheduler.Start(new CoreThread(_scheduler, slot!, this, process));
        }
    }

    /// <summary>The tool takes so many bytes more.</summary>
    public void Grant(long bytes) => _stream?.Grant(bytes);

    /// <summary>The tool takes no more, or the program is to end now.</summary>
    public void Stop() => _stream?.Stop();

    public override void Write(UserThread thread, in SignalInfo info)
    {
        if (!TakesCrashes || _isBusy)
        {
            return;
        }

        if (thread.Process.Dumpable != 1)
        {
            _channel.Core("failed the program forbids it (PR_SET_DUMPABLE)"u8);
        }
        else if (!KernelHeap.CanAllocate(Bytes))
        {
            _channel.Core("failed the machine has no memory for it"u8);
        }
        else
        {
            _isBusy = true;
            Dump(thread.Process, thread, info);
        }
    }

    internal void Dump(Process process, UserThread? culprit, SignalInfo info)
    {
        if (process.Threads.Count == 0)
        {
            _isBusy = false;
            _channel.Core("failed the program does not run"u8);
            return;
        }

        _scheduler.Hold(process.Threads);
        _stream ??= new CoreStream(_channel);
        _stream.Begin();
        _channel.Core(culprit == null ? "begin"u8 : "crash"u8);
        byte[] page = new byte[PageSize.Bytes];
        new CoreImage(process, new CoreNotes(process, culprit, info, _stream, page), _stream, page).Write();
        _scheduler.Release(process.Threads);
        _isBusy = false;
    }
}
