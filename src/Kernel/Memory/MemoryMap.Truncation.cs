using Mote.Kernel.Vfs;

namespace Mote.Kernel.Memory;

// Files that become shorter while they are mapped.
public sealed partial class MemoryMap
{
    /// <summary>A file has become shorter: pages wholly behind its end are no longer mapped, private copies included; touching them is SIGBUS (mmap(2)).</summary>
    public void DropBehind(PageSource source, ulong length)
    {
        ulong kept = PageBits.Up(length) >> PageBits.Shift;
        for (Area? area = First; area != null; area = Next(area))
        {
            if (area.Source == source && area.SourcePage + (area.Length >> PageBits.Shift) > kept)
            {
                ulong offset = kept > area.SourcePage ? (kept - area.SourcePage) << PageBits.Shift : 0;
                Space.Unmap(area.Start + offset, area.Length - offset);
            }
        }
    }
}
