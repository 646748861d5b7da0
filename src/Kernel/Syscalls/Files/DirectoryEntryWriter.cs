using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>Lays out directory entries as getdents64(2) returns them: struct linux_dirent64, or the older linux_dirent.</summary>
internal sealed class DirectoryEntryWriter : DirectorySink
{
    private const int NewHeader = 19;
    private const int OldHeader = 18;

    private byte[] _buffer = [];
    private int _size;
    private bool _isOld;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>An entry did not fit.</summary>
    public bool IsFull { get; private set; }

    public void Begin(byte[] buffer, int size, bool isOld)
    {
        _buffer = buffer;
        _size = size;
        _isOld = isOld;
        Length = 0;
        IsFull = false;
    }

    public override bool TryAdd(ReadOnlySpan<byte> name, ulong inode, FileType type, ulong next)
    {
        // The name and its NUL; the old form has the type in the record's last byte.
        int length = ((_isOld ? OldHeader + 2 : NewHeader + 1) + name.Length + 7) & ~7;
        if (length > _size - Length)
        {
            IsFull = true;
            return false;
        }

        Span<byte> record = _buffer.AsSpan(Length, length);
        record.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(record, inode);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], next);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], (ushort)length);
        byte kind = (byte)((uint)type >> 12);
        if (_isOld)
        {
            record[length - 1] = kind;
            name.CopyTo(record[OldHeader..]);
        }
        else
        {
            record[18] = kind;
            name.CopyTo(record[NewHeader..]);
        }

        Length += length;
        return true;
    }
}
