using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

// Sessions (credentials(7)).
public sealed partial class Process
{
    /// <summary>The session's terminal, or null.</summary>
    public ControllingTerminal? ControllingTerminal { get; set; }

    /// <summary>setsid(2): a session and a group of its own, without terminal.</summary>
    public void StartSession()
    {
        SessionId = Id;
        GroupId = Id;
        ControllingTerminal = null;
    }

    /// <summary>Gives up the terminal: a leader for the whole session, whose foreground group hears of it (SIGHUP; SIGCONT, unless the leader ends).</summary>
    public void LeaveTerminal(bool isEnding)
    {
        ControllingTerminal? terminal = ControllingTerminal;
        ControllingTerminal = null;
        if (terminal == null || SessionId != Id)
        {
            return;
        }

        int group = terminal.ForegroundGroup;
        terminal.SessionId = 0;
        terminal.ForegroundGroup = 0;
        foreach (Process process in Host.Processes)
        {
            if (process.SessionId == SessionId)
            {
                process.ControllingTerminal = null;
            }
        }

        if (group != 0)
        {
            _ = Host.SendToGroup(group, new SignalInfo { Number = (int)Signal.SIGHUP, Code = SignalInfo.Kernel }); // the group may have ended
            _ = isEnding ? Errno.None : Host.SendToGroup(group, new SignalInfo { Number = (int)Signal.SIGCONT, Code = SignalInfo.Kernel });
        }
    }
}
