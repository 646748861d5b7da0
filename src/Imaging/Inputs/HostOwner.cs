using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Mote.Imaging.Inputs;

/// <summary>Who owns a file of the host, which .NET does not tell.</summary>
internal static class HostOwner
{
    private const int AtFdCwd = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const uint StatxUidGid = 0x8 | 0x10;
    private const int StatxSize = 256;

    /// <summary>The numbers of user and group; root where they cannot be told.</summary>
    public static (uint User, uint Group) Of(string path)
    {
        byte[] answer = new byte[StatxSize];
        return statx(AtFdCwd, Encoding.UTF8.GetBytes(path + "\0"), AtSymlinkNoFollow, StatxUidGid, answer) == 0
            ? (BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(20)), BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(24)))
            : (0, 0);
    }

    // statx(2): stx_uid at 20, stx_gid at 24.
    [DllImport("libc")]
    private static safe extern int statx(int folder, byte[] path, int flags, uint mask, byte[] answer);
}
