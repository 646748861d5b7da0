using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>A driver behind a device file.</summary>
public abstract class Device
{
    /// <summary>Opens the device through a file that names it. ENXIO when there is nothing behind it.</summary>
    public abstract Result<OpenFile> Open(PathNode path, OpenFlags flags);
}
