using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class InotifyTests
{
    private readonly TestTree _tree = new();
    private readonly InotifyFile _file;

    public InotifyTests() => _file = new InotifyFile(_tree.Tree, OpenFlags.NonBlock);

    [Fact]
    public void A_folder_hears_of_its_files_and_a_file_of_itself()
    {
        Inode root = _tree.Tree.Root.Inode;
        _tree.WriteFile("/f", "1");
        Inode file = _tree.Tree.Root.Lookup("f"u8).Value.Inode;
        Assert.Equal(1, _file.Watch(root, FileEvents.Open | FileEvents.Modify).Value);
        Assert.Equal(2, _file.Watch(file, FileEvents.CloseWrite).Value);

        _tree.WriteFile("/f", "23");

        // The two MODIFY, of the truncation and of the write, are one.
        Assert.Equal([(1, FileEvents.Open, "f"), (1, FileEvents.Modify, "f"), (2, FileEvents.CloseWrite, "")], ReadAll());
    }

    [Fact]
    public void The_last_name_ends_the_watch_once_nobody_has_the_file_open()
    {
        _tree.WriteFile("/f", "1");
        OpenFile open = _tree.Open("/f", OpenFlags.ReadOnly).Value;
        _file.Watch(open.Inode, FileEvents.DeleteSelf | FileEvents.Attributes);

        Assert.Equal(Errno.None, _tree.Tree.Unlink(_tree.Context, _tree.Tree.Root, "/f"u8));
        Assert.Equal([(1, FileEvents.Attributes, "")], ReadAll());
        open.Release();
        Assert.Equal([(1, FileEvents.DeleteSelf, ""), (1, FileEvents.Ignored, "")], ReadAll());
        Assert.Equal(Errno.EINVAL, _file.Remove(1));
    }

    [Fact]
    public void Too_many_events_become_one_overflow()
    {
        _tree.WriteFile("/f", "1");
        Inode root = _tree.Tree.Root.Inode;
        _file.Watch(root, FileEvents.Open | FileEvents.CloseNoWrite);
        for (int i = 0; i < InotifyUse.MaximumEvents; i++)
        {
            _tree.Open("/f", OpenFlags.ReadOnly).Value.Release();
        }

        List<(int, FileEvents, string)> events = ReadAll();
        Assert.Equal(InotifyUse.MaximumEvents + 1, events.Count);
        Assert.Equal((-1, FileEvents.QueueOverflow, ""), events[^1]);
    }

    [Fact]
    public void A_closed_instance_watches_nothing()
    {
        Inode root = _tree.Tree.Root.Inode;
        _file.Watch(root, FileEvents.All);
        Assert.Equal(1, _tree.Tree.Inotify.Watches);
        _file.Release();
        Assert.Equal(0, _tree.Tree.Inotify.Watches);
        Assert.Equal(0, _tree.Tree.Inotify.Instances);
        _tree.WriteFile("/f", "1");
    }

    [Fact]
    public void A_buffer_too_small_for_the_first_event_is_refused()
    {
        _file.Watch(_tree.Tree.Root.Inode, FileEvents.Create);
        _tree.WriteFile("/f", "1");
        DataSink sink = new(new byte[31]);
        Assert.Equal(Errno.EINVAL, _file.Read(ref sink).Error);
        Assert.Equal(PollEvents.Readable, _file.Poll());
    }

    private List<(int Watch, FileEvents Events, string Name)> ReadAll()
    {
        byte[] buffer = new byte[1 << 20];
        DataSink sink = new(buffer);
        Result<long> read = _file.Read(ref sink);
        List<(int, FileEvents, string)> events = [];
        for (int at = 0; at < (read.IsOk ? read.Value : 0);)
        {
            ReadOnlySpan<byte> record = buffer.AsSpan(at);
            int length = BinaryPrimitives.ReadInt32LittleEndian(record[12..]);
            string name = System.Text.Encoding.UTF8.GetString(record.Slice(16, length)).TrimEnd('\0');
            events.Add((BinaryPrimitives.ReadInt32LittleEndian(record), (FileEvents)BinaryPrimitives.ReadUInt32LittleEndian(record[4..]), name));
            at += 16 + length;
        }

        return events;
    }
}
