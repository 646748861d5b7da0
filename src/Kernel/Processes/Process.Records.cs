using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// What /proc/PID is written and gives back (proc(5)).
public sealed partial class Process
{
    private const int BadnessScale = 1000;

    private CoreFilter? _coreFilter;

    /// <summary>/proc/PID/oom_score_adj: -1000 to 1000. There is nothing to choose from among one process, but the score counts it.</summary>
    public int OutOfMemoryAdjust { get; set; }

    /// <summary>What it has read and written.</summary>
    public TransferCounts Transfers { get; } = new();

    /// <summary>The least adjustment that it may go back to without privileges.</summary>
    public int LeastOutOfMemoryAdjust { get; set; }

    /// <summary>/proc/PID/coredump_filter.</summary>
    public CoreFilter CoreFilter
    {
        get => _coreFilter ?? CoreFilter.Default;
        set => _coreFilter = value;
    }

    /// <summary>What a core holds: what the filter lets through or, unless it was set, mapped files as well, for those of the image are not on the host under their names.</summary>
    public CoreFilter CoreContents => _coreFilter ?? CoreFilter.Default | CoreFilter.FilePrivate | CoreFilter.FileShared;

    /// <summary>/proc/PID/loginuid; all ones until it is set.</summary>
    public uint LoginUser { get; private set; } = uint.MaxValue;

    /// <summary>/proc/PID/sessionid: a number for each setting of the login user.</summary>
    public uint LoginSession { get; private set; } = uint.MaxValue;

    /// <summary>/proc/PID/oom_score (proc_oom_score in Linux's fs/proc/base.c): how much of the machine's memory it uses, in thousandths, and its adjustment.</summary>
    public long OutOfMemoryScore
    {
        get
        {
            if (OutOfMemoryAdjust == -BadnessScale)
            {
                return 0;
            }

            long total = (long)(MemoryStatistics.TotalBytes >> PageSize.Shift);
            long points = (long)Memory.ResidentPages + (OutOfMemoryAdjust * (total / BadnessScale));
            return (BadnessScale + (points * BadnessScale / total)) * 2 / 3;
        }
    }

    /// <summary>Who logged in; all ones for nobody.</summary>
    public void SetLoginUser(uint user)
    {
        LoginUser = user;
        LoginSession = user == uint.MaxValue ? uint.MaxValue : Host.NextLoginSession();
    }
}
