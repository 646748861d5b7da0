using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace Mote.Imaging;

/// <summary>
/// Writes an initramfs: a cpio archive of the "newc" format (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). Paths are absolute and a folder comes before what is
/// in it. Everything belongs to root and has time zero.
/// </summary>
public sealed class CpioArchive(Stream output)
{
    private const int Folder = 0x4000; // S_IFDIR and its like, inode(7)
    private const int Regular = 0x8000;
    private const int Link = 0xa000;
    private const int CharacterDevice = 0x2000;

    private long _length;
    private int _inode;

    public void AddDirectory(string path, UnixFileMode mode) => Begin(path, Folder | (int)mode, 0, 0, 0);

    public void AddLink(string path, string target)
    {
        byte[] content = Encoding.UTF8.GetBytes(target);
        Begin(path, Link | 0x1ff, content.Length, 0, 0);
        Write(content);
        Pad();
    }

    public void AddDevice(string path, UnixFileMode mode, int major, int minor) => Begin(path, CharacterDevice | (int)mode, 0, major, minor);

    public void AddFile(string path, UnixFileMode mode, ReadOnlySpan<byte> content)
    {
        Begin(path, Regular | (int)mode, content.Length, 0, 0);
        Write(content);
        Pad();
    }

    /// <summary>Adds a file with the contents of one of the host.</summary>
    public void AddFile(string path, UnixFileMode mode, string hostPath)
    {
        using FileStream file = File.OpenRead(hostPath);
        Begin(path, Regular | (int)mode, file.Length, 0, 0);
        byte[] buffer = new byte[1 << 16];
        int count;
        while ((count = file.Read(buffer, 0, buffer.Length)) > 0)
        {
            Write(buffer.AsSpan(0, count));
        }

        Pad();
    }

    /// <summary>Ends the archive.</summary>
    public void End() => Begin("/TRAILER!!!", 0, 0, 0, 0);

    private void Begin(string path, int mode, long length, int major, int minor)
    {
        // Linux unpacks at its root; a leading slash would do no harm, but no archive of others has it.
        byte[] name = Encoding.UTF8.GetBytes(path.TrimStart('/') + "\0");
        long[] fields = [++_inode, mode, 0, 0, 1, 0, length, 0, 0, major, minor, name.Length, 0];
        StringBuilder header = new("070701");
        foreach (long field in fields)
        {
            header.Append(field.ToString("X8", CultureInfo.InvariantCulture));
        }

        Write(Encoding.ASCII.GetBytes(header.ToString()));
        Write(name);
        Pad();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _length += bytes.Length;
    }

    /// <summary>Names and contents end at a multiple of four.</summary>
    private void Pad() => Write(stackalloc byte[(int)(-_length & 3)]);
}
