using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// The pages of a file (or of shared anonymous memory) for mapping and for reading: the page cache's face. A frame that it returns carries
/// no reference for the caller; whoever keeps or maps it takes one.
/// </summary>
public abstract class PageSource
{
    /// <summary>Bytes now in the file. Pages that lie wholly behind it fault with SIGBUS.</summary>
    public abstract ulong Length { get; }

    /// <summary>Whether <see cref="TryGetPage"/> may give frames to map writable and shared.</summary>
    public abstract bool IsWritable { get; }

    /// <summary>
    /// The frame of a page, made if it must be (a hole in a writable file). Errors: ENOMEM, EIO (a corrupt image), ENXIO (behind the end).
    /// With <paramref name="forWriting"/> false the frame may be one that must not be written (the boot module's).
    /// </summary>
    public abstract Result<Frame> TryGetPage(ulong pageIndex, bool forWriting);
}
