using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace Mote.Cli.Bench;

/// <summary>An initramfs with one program: a cpio archive of the "newc" format (Linux, Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
internal sealed class CpioArchive
{
    private readonly MemoryStream _bytes = new();
    private int _inode;

    /// <summary>/init and the console that Linux opens for it.</summary>
    public static byte[] WithInit(byte[] program)
    {
        CpioArchive archive = new();
        archive.Add("dev", 0x41ed, [], 0, 0); // S_IFDIR, 0755
        archive.Add("dev/console", 0x2180, [], 5, 1); // S_IFCHR, 0600
        archive.Add("init", 0x81ed, program, 0, 0); // S_IFREG, 0755
        archive.Add("TRAILER!!!", 0, [], 0, 0);
        return archive._bytes.ToArray();
    }

    private void Add(string name, int mode, byte[] content, int major, int minor)
    {
        int[] fields = [++_inode, mode, 0, 0, 1, 0, content.Length, 0, 0, major, minor, name.Length + 1, 0];
        StringBuilder header = new("070701");
        foreach (int field in fields)
        {
            header.Append(field.ToString("X8", CultureInfo.InvariantCulture));
        }

        Write(Encoding.ASCII.GetBytes(header.Append(name).Append('\0').ToString()));
        Write(content);
    }

    /// <summary>Names and contents end at a multiple of four.</summary>
    private void Write(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        while (_bytes.Length % 4 != 0)
        {
            _bytes.WriteByte(0);
        }
    }
}
