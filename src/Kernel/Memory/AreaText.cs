using System;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

/// <summary>Areas as /proc shows them (proc_pid_maps(5)).</summary>
public static class AreaText
{
    /// <summary>Bytes that <see cref="WriteAccess"/> writes.</summary>
    public const int AccessBytes = 4;

    /// <summary>"rw-p" and the like.</summary>
    public static string Access(Area area)
    {
        Span<byte> text = stackalloc byte[AccessBytes];
        WriteAccess(area, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>As <see cref="Access"/>, into <see cref="AccessBytes"/> bytes.</summary>
    public static void WriteAccess(Area area, Span<byte> text)
    {
        text[0] = (area.Protection & PageAccess.Read) != 0 ? (byte)'r' : (byte)'-';
        text[1] = (area.Protection & PageAccess.Write) != 0 ? (byte)'w' : (byte)'-';
        text[2] = (area.Protection & PageAccess.Execute) != 0 ? (byte)'x' : (byte)'-';
        text[3] = area.IsShared ? (byte)'s' : (byte)'p';
    }

    /// <summary>What stands in a file's place: [heap] and the like, or nothing. Linux keeps shared anonymous memory in an unlinked file of that name.</summary>
    public static ReadOnlySpan<byte> LabelOf(Area area)
    {
        if (area.Label != null)
        {
            return area.Label;
        }

        const AreaFlags Kinds = AreaFlags.Heap | AreaFlags.Stack | AreaFlags.Vdso | AreaFlags.Vvar;
        return (area.Flags & Kinds) switch
        {
            AreaFlags.Heap => "[heap]"u8,
            AreaFlags.Stack => "[stack]"u8,
            AreaFlags.Vdso => "[vdso]"u8,
            AreaFlags.Vvar => "[vvar]"u8,
            _ => area.IsShared ? "/dev/zero (deleted)"u8 : default,
        };
    }

    /// <summary>The path of the file as seen from a root, or the area's label.</summary>
    public static byte[] NameOf(Area area, PathNode root)
    {
        if (area.File == null)
        {
            return LabelOf(area).ToArray();
        }

        byte[] buffer = new byte[4096];
        Result<int> length = area.File.Path.WritePath(root, buffer);
        return length.IsOk ? buffer.AsSpan(0, length.Value).ToArray() : [];
    }
}
