using System;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>Areas as /proc shows them (proc_pid_maps(5)).</summary>
public static class AreaText
{
    /// <summary>"rw-p" and the like.</summary>
    public static string Access(Area area) => string.Concat(
        (area.Protection & PageAccess.Read) != 0 ? "r" : "-",
        (area.Protection & PageAccess.Write) != 0 ? "w" : "-",
        (area.Protection & PageAccess.Execute) != 0 ? "x" : "-",
        area.IsShared ? "s" : "p");

    /// <summary>The path of the file as seen from a root, [heap] and the like, or nothing.</summary>
    public static byte[] NameOf(Area area, PathNode root)
    {
        if (area.File != null)
        {
            byte[] buffer = new byte[4096];
            Result<int> length = area.File.Path.WritePath(root, buffer);
            return length.IsOk ? buffer.AsSpan(0, length.Value).ToArray() : [];
        }

        const AreaFlags Kinds = AreaFlags.Heap | AreaFlags.Stack | AreaFlags.Vdso | AreaFlags.Vvar;
        return (area.Flags & Kinds) switch
        {
            AreaFlags.Heap => "[heap]"u8.ToArray(),
            AreaFlags.Stack => "[stack]"u8.ToArray(),
            AreaFlags.Vdso => "[vdso]"u8.ToArray(),
            AreaFlags.Vvar => "[vvar]"u8.ToArray(),
            _ => area.IsShared ? "/dev/zero (deleted)"u8.ToArray() : [],
        };
    }

    /// <summary>The line of /proc/self/maps, with its end.</summary>
    public static byte[] MapsLine(Area area, PathNode root)
    {
        ulong device = area.File?.Inode.FileSystem.Device ?? 0;
        ulong inode = area.File?.Inode.Number ?? 0;
        ulong offset = area.Source == null ? 0 : area.SourcePage << 12;
        string line = $"{area.Start.Value:x8}-{area.End.Value:x8} {Access(area)} {offset:x8} {DeviceNumber.Major(device):x2}:{DeviceNumber.Minor(device):x2} {inode} ";
        byte[] name = NameOf(area, root);
        if (name.Length > 0)
        {
            line = line.PadRight(73);
        }

        byte[] start = Encoding.ASCII.GetBytes(line);
        byte[] whole = new byte[start.Length + name.Length + 1];
        start.CopyTo(whole, 0);
        name.CopyTo(whole, start.Length);
        whole[^1] = (byte)'\n';
        return whole;
    }
}
