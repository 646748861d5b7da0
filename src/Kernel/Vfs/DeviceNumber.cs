namespace Mote.Kernel.Vfs;

/// <summary>Device numbers in the kernel's 64-bit user form (makedev(3)).</summary>
public static class DeviceNumber
{
    public static ulong Make(uint major, uint minor) =>
        ((ulong)(major & 0xfff) << 8) | (minor & 0xff) | ((ulong)(minor & 0xffffff00) << 12) | ((ulong)(major & 0xfffff000) << 32);

    public static uint Major(ulong device) => (uint)(((device >> 8) & 0xfff) | ((device >> 32) & 0xfffff000));

    public static uint Minor(ulong device) => (uint)((device & 0xff) | ((device >> 12) & 0xffffff00));
}
