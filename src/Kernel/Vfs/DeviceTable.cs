using System.Collections.Generic;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>Character devices by number: what mknod(2)'s files open.</summary>
public sealed class DeviceTable
{
    private readonly Dictionary<ulong, Device> _devices = [];

    public void Add(uint major, uint minor, Device device) => _devices[DeviceNumber.Make(major, minor)] = device;

    /// <summary>Opens a device file. ENXIO when no driver has the number.</summary>
    public Result<OpenFile> Open(ulong number, PathNode path, OpenFlags flags) =>
        _devices.TryGetValue(number, out Device? device) ? device.Open(path, flags) : Errno.ENXIO;
}
