namespace Mote.Machine;

/// <summary>How much memory the machine has and has left, in bytes.</summary>
public static class MemoryStatistics
{
    public static ulong TotalBytes => FrameTable.TotalFrames << PageSize.Shift;

    public static ulong AvailableBytes => FrameTable.AvailableFrames << PageSize.Shift;
}
