using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Terminals;

// Sessions and foreground groups (POSIX, XBD 11.1; credentials(7)).
public abstract partial class Terminal
{
    /// <summary>Makes this the controlling terminal of the process's session, with the process's group in the foreground.</summary>
    public void Attach(Process process)
    {
        SessionId = process.SessionId;
        ForegroundGroup = process.GroupId;
        process.ControllingTerminal = this;
    }

    /// <summary>A signal of the terminal to the foreground group, if there is one.</summary>
    protected internal virtual void SignalForeground(Signal signal)
    {
        if (ForegroundGroup != 0 && Host != null)
        {
            _ = Host.SendToGroup(ForegroundGroup, FromKernel(signal)); // a group may have ended
        }
    }

    /// <summary>
    /// Whether the calling process may use the terminal. In the background it gets the signal: ERESTARTSYS; EIO when that would stop nobody for good; a process that ignores or
    /// blocks SIGTTOU may go on.
    /// </summary>
    internal Errno CheckForeground(Signal signal)
    {
        if (KernelThread.Current is not UserThread thread)
        {
            return Errno.None;
        }

        Process process = thread.Process;
        if (process.ControllingTerminal != this || ForegroundGroup == 0 || process.GroupId == ForegroundGroup)
        {
            return Errno.None;
        }

        if (thread.Blocked.Contains(signal) || process.ActionOf(signal).IsIgnored)
        {
            return signal == Signal.SIGTTIN ? Errno.EIO : Errno.None;
        }

        if (process.Host.IsOrphanedGroup(process.GroupId))
        {
            return Errno.EIO;
        }

        _ = process.Host.SendToGroup(process.GroupId, FromKernel(signal)); // the caller is in the group
        return Errno.ERESTARTSYS;
    }

    private protected static SignalInfo FromKernel(Signal signal) => new() { Number = (int)signal, Code = SignalInfo.Kernel };

    /// <summary>A session leader without terminal that opens a free one gets it.</summary>
    private void TakeOnOpen(Process process)
    {
        if (process.SessionId == process.Id && process.ControllingTerminal == null && SessionId == 0)
        {
            Attach(process);
        }
    }

    /// <summary>TIOCSCTTY. EPERM.</summary>
    private Result<long> Take(Process process, ulong steals)
    {
        bool isLeader = process.SessionId == process.Id;
        if (isLeader && SessionId == process.SessionId)
        {
            return 0;
        }

        if (!isLeader || process.ControllingTerminal != null || (SessionId != 0 && (steals != 1 || !UserThread.Current.Credentials.Has(Capability.SystemAdmin))))
        {
            return Errno.EPERM;
        }

        DetachSession();
        Attach(process);
        return 0;
    }

    /// <summary>Takes the terminal from its session.</summary>
    private protected void DetachSession()
    {
        if (Host != null && SessionId != 0)
        {
            foreach (Process process in Host.Processes)
            {
                if (process.ControllingTerminal == this)
                {
                    process.ControllingTerminal = null;
                }
            }
        }

        SessionId = 0;
        ForegroundGroup = 0;
    }

    /// <summary>TIOCSPGRP. ENOTTY (not the caller's terminal), ESRCH, EPERM (a group of another session), EINVAL.</summary>
    private Result<long> SetForegroundGroup(Process process, int group)
    {
        if (group < 0)
        {
            return Errno.EINVAL;
        }

        if (process.ControllingTerminal != this || SessionId != process.SessionId)
        {
            return Errno.ENOTTY;
        }

        foreach (Process each in process.Host.Processes)
        {
            if (each.GroupId == group)
            {
                if (each.SessionId != process.SessionId)
                {
                    return Errno.EPERM;
                }

                ForegroundGroup = group;
                return 0;
            }
        }

        return Errno.ESRCH;
    }
}
