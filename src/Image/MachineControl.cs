using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Observe;
using Mote.Kernel.Processes;
using Mote.Kernel.Terminals;
using Mote.Machine;

namespace Mote.Image;

/// <summary>Does what the tool asks for while the machine runs.</summary>
internal sealed class MachineControl(ProcessHost host, MachineTerminal? terminal, ListenerReport listeners, CoreDumper cores) : ControlListener
{
    private readonly List<int> _early = [];
    private Process? _program;
    private Instant _askedAt = Instant.Never;

    /// <summary>Whether the tool has killed the program: it waits for nothing more.</summary>
    public bool IsInHaste { get; private set; }

    /// <summary>Whether the tool was asked for the time and has not answered yet.</summary>
    public bool IsWaitingForTime => !_askedAt.IsNever;

    /// <summary>The tool was asked for the time at this moment.</summary>
    public void NoteAsked(Instant now) => _askedAt = now;

    /// <summary>The program was started: it gets what came before there was one.</summary>
    public void Begin(Process program)
    {
        _program = program;
        foreach (int signal in _early)
        {
            OnSignal(signal);
        }
    }

    public override void OnResize(ushort rows, ushort columns) => terminal?.Resize(new WindowSize(rows, columns, 0, 0));

    public override void OnContinue()
    {
        foreach (Process process in host.Processes)
        {
            _ = process.Send(new SignalInfo { Number = (int)Signal.SIGCONT, Code = SignalInfo.Kernel }); // it does not queue
        }
    }

    public override void OnListeners() => listeners.Send();

    public override void OnCoreStart() => cores.Start(_program);

    public override void OnCoreMore(long bytes) => cores.Grant(bytes);

    public override void OnCoreStop() => cores.Stop();

    /// <summary>The first answer is the time of the question: the way to the host is short beside how long the answer may lie here.</summary>
    public override void OnTime(long unixNs)
    {
        Instant now = Clock.Now;
        host.SetWallClock(IsWaitingForTime ? unchecked(unixNs + (long)now.Since(_askedAt)) : unixNs);
        _askedAt = Instant.Never;
    }

    /// <summary>The sender has no number here, as one outside of a PID namespace (pid_namespaces(7)). The first program is no init(1): what a signal does by default, it does to it.</summary>
    public override void OnSignal(int signal)
    {
        if (signal == (int)Signal.SIGKILL)
        {
            IsInHaste = true;
            cores.Stop(); // the program is to end, and stands still for it
        }

        if (_program == null)
        {
            const int Most = 16;
            if (_early.Count < Most)
            {
                _early.Add(signal);
            }

            return;
        }

        // EAGAIN is for real-time signals only, which the queue has no room for.
        _ = _program.Send(SignalInfo.FromProcess((Signal)signal, SignalInfo.User, processId: 0, userId: 0));
    }
}
