using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mote.Imaging.Inputs;

/// <summary>The type of a host file, which the class library does not tell: statx(2), which does not open it.</summary>
internal static class FileType
{
    private const int WorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;

    /// <summary>struct statx, and in it stx_mode.</summary>
    private const int StatBytes = 256;
    private const int ModeOffset = 28;

    private const int TypeMask = 0xf000;

    /// <summary>False also for what is not there.</summary>
    public static bool IsRegular(string path) => Of(path) == 0x8000;

    /// <summary>The type in words, for messages.</summary>
    public static string Describe(string path) => Of(path) switch
    {
        0x1000 => "a named pipe",
        0x2000 => "a character device",
        0x4000 => "a folder",
        0x6000 => "a block device",
        0x8000 => "a file",
        0xa000 => "a link",
        0xc000 => "a socket",
        _ => "neither a file nor a folder",
    };

    private static int Of(string path)
    {
        byte[] status = new byte[StatBytes];
        return statx(WorkingDirectory, path, NoFollow, TypeOnly, status) == 0 ? BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(ModeOffset)) & TypeMask : 0;
    }

    [DllImport("libc")]
    private static safe extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);
}
