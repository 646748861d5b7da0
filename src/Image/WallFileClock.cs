using Mote.Kernel.Time;
using Mote.Kernel.Vfs;

namespace Mote.Image;

/// <summary>Time stamps of files: the wall clock.</summary>
internal sealed class WallFileClock(WallClock clock) : FileClock
{
    public override FileTime Now => FileTime.FromUnixNs(unchecked((ulong)clock.NowNs));
}
