using System;
using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Tests.Unit.Erofs;

/// <summary>Takes a number of entries of a directory, and remembers where to go on.</summary>
internal sealed class NameSink(int room) : DirectorySink
{
    public List<(string Name, FileType Type, ulong Inode)> Entries { get; } = [];

    public ulong Next { get; private set; }

    public override bool TryAdd(ReadOnlySpan<byte> name, ulong inode, FileType type, ulong next)
    {
        if (Entries.Count == room)
        {
            return false;
        }

        Entries.Add((Encoding.UTF8.GetString(name), type, inode));
        Next = next;
        return true;
    }

    /// <summary>All entries, read a few at a time as getdents64 does.</summary>
    public static List<(string Name, FileType Type, ulong Inode)> ReadAll(Inode directory, int room)
    {
        var all = new List<(string Name, FileType Type, ulong Inode)>();
        ulong position = 0;
        while (true)
        {
            var sink = new NameSink(room);
            Xunit.Assert.Equal(Errno.None, directory.ReadDirectory(position, sink));
            if (sink.Entries.Count == 0)
            {
                return all;
            }

            all.AddRange(sink.Entries);
            position = sink.Next;
        }
    }
}
