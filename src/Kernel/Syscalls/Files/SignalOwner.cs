using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>The owner of a file as fcntl(2) sets it: a thread, a process or a process group, and the signal that it gets.</summary>
internal sealed class SignalOwner(ProcessHost host) : FileOwner
{
    public const int Thread = 0;
    public const int Process = 1;
    public const int Group = 2;

    // si_code of SIGIO, and si_band with it (include/uapi/asm-generic/siginfo.h, fs/signal.c).
    private const int PollIn = 1;
    private const int PollOut = 2;
    private const int PollError = 4;
    private const int PollUrgent = 5;
    private const int PollHangUp = 6;

    /// <summary>F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP.</summary>
    public int Kind { get; set; } = Process;

    /// <summary>Zero is nobody.</summary>
    public int Id { get; set; }

    /// <summary>F_SETSIG; <see cref="Abi.Linux.Signal.None"/> is SIGIO without further information.</summary>
    public Signal Chosen { get; set; }

    /// <summary>The descriptor that O_ASYNC was set on.</summary>
    public int Descriptor { get; set; }

    public override void Signal(PollEvents ready) => Send(Describe(ready));

    public override void SignalUrgent(bool isAsync)
    {
        Send(new SignalInfo { Number = (int)Abi.Linux.Signal.SIGURG, Code = SignalInfo.Kernel });
        if (isAsync && Chosen != Abi.Linux.Signal.None)
        {
            Send(Chose(PollUrgent, PollEvents.Priority | PollEvents.ReadBand));
        }
    }

    private void Send(in SignalInfo info)
    {
        if (Id == 0)
        {
            return;
        }

        switch (Kind)
        {
            case Thread:
                _ = host.FindThread(Id)?.Send(in info); // a full queue loses it
                break;
            case Process:
                _ = host.FindProcess(Id)?.Send(in info); // a full queue loses it
                break;
            default:
                // By index: this runs for writes, where an enumerator would be an allocation.
                for (int i = 0; i < host.Processes.Count; i++)
                {
                    if (host.Processes[i].GroupId == Id)
                    {
                        _ = host.Processes[i].Send(in info); // a full queue loses it
                    }
                }

                break;
        }
    }

    private SignalInfo Describe(PollEvents ready)
    {
        if (Chosen == Abi.Linux.Signal.None)
        {
            return new SignalInfo { Number = (int)Abi.Linux.Signal.SIGIO, Code = SignalInfo.Kernel };
        }

        (int code, PollEvents band) = (ready & (PollEvents.In | PollEvents.Priority)) != 0 ? (PollIn, PollEvents.Readable)
            : (ready & PollEvents.HangUp) != 0 ? (PollHangUp, PollEvents.HangUp | PollEvents.Error)
            : (ready & PollEvents.Error) != 0 ? (PollError, PollEvents.Error)
            : (PollOut, PollEvents.Writable | PollEvents.WriteBand);
        return Chose(code, band);
    }

    private SignalInfo Chose(int code, PollEvents band) => new() { Number = (int)Chosen, Code = code, Word0 = (ulong)band, Word1 = (uint)Descriptor };
}
