using System;
using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Tests.Unit.Vfs;

/// <summary>A tree in memory on a fresh hosted machine, and short words for what tests do with it.</summary>
internal sealed class TestTree
{
    public TestTree()
    {
        HostedMachine.Start();
        Files = new RamFileSystem(Clock, Devices, 16 << 20, 0x1ed);
        Tree = new FileTree(Files, Clock);
        Context = new FsContext(Tree.Root);
    }

    private TestTree(RamFileSystem files, StoppedClock clock)
    {
        Clock = clock;
        Files = files;
        Tree = new FileTree(files, clock);
        Context = new FsContext(Tree.Root);
    }

    public StoppedClock Clock { get; } = new();

    public DeviceTable Devices { get; } = new();

    public RamFileSystem Files { get; }

    public FileTree Tree { get; }

    public FsContext Context { get; }

    /// <summary>Asks as another user from now on, with the capabilities that setfsuid(2) leaves.</summary>
    public void Become(uint id)
    {
        Context.Capabilities.FollowFileUserId(Context.Uid == 0, id == 0);
        Context.Uid = id;
        Context.Gid = id;
    }

    /// <summary>A layer over this tree's file system.</summary>
    public TestTree Layer() => new(new RamFileSystem(Clock, Devices, 16 << 20, Files), Clock);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public Result<OpenFile> Open(string path, OpenFlags flags, uint mode = 0x1b6) =>
        Tree.Open(Context, Context.WorkingDirectory, Bytes(path), flags, mode);

    public void WriteFile(string path, string text)
    {
        OpenFile file = Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate).Value;
        Write(file, text);
        file.Release();
    }

    public string ReadFile(string path)
    {
        OpenFile file = Open(path, OpenFlags.ReadOnly).Value;
        string text = Read(file, 1 << 16);
        file.Release();
        return text;
    }

    public static long Write(OpenFile file, string text)
    {
        DataSource source = new(Bytes(text));
        return file.Write(ref source).Value;
    }

    public static string Read(OpenFile file, int count)
    {
        byte[] buffer = new byte[count];
        DataSink sink = new(buffer);
        return Encoding.UTF8.GetString(buffer, 0, (int)file.Read(ref sink).Value);
    }

    public Errno MakeDirectory(string path) => Tree.MakeDirectory(Context, Context.WorkingDirectory, Bytes(path), 0x1ff);

    public Errno MakeLink(string path, string target) => Tree.MakeLink(Context, Context.WorkingDirectory, Bytes(path), Bytes(target));

    public Errno Unlink(string path) => Tree.Unlink(Context, Context.WorkingDirectory, Bytes(path));

    public Errno RemoveDirectory(string path) => Tree.RemoveDirectory(Context, Context.WorkingDirectory, Bytes(path));

    public Errno Rename(string from, string to, RenameFlags flags = RenameFlags.None) =>
        Tree.Rename(Context, Context.WorkingDirectory, Bytes(from), Context.WorkingDirectory, Bytes(to), flags);

    public Result<PathNode> Resolve(string path, WalkFlags flags = WalkFlags.Follow) =>
        Tree.Resolve(Context, Context.WorkingDirectory, Bytes(path), flags);

    public InodeAttributes Attributes(string path)
    {
        Resolve(path, WalkFlags.None).Value.Inode.GetAttributes(out InodeAttributes attributes);
        return attributes;
    }

    public List<string> List(string path)
    {
        OpenFile directory = Open(path, OpenFlags.ReadOnly | OpenFlags.Directory).Value;
        NameSink sink = new();
        Errno error = directory.ReadDirectory(sink);
        directory.Release();
        if (error != Errno.None)
        {
            throw new InvalidOperationException(error.ToString());
        }

        sink.Names.Sort(StringComparer.Ordinal);
        return sink.Names;
    }

    public string PathOf(PathNode node)
    {
        Span<byte> buffer = stackalloc byte[4096];
        return Encoding.UTF8.GetString(buffer[..node.WritePath(Context.Root, buffer).Value]);
    }

    internal sealed class StoppedClock : FileClock
    {
        public override FileTime Now => new(1_700_000_000, 5);
    }

    internal sealed class NameSink(int room = int.MaxValue) : DirectorySink
    {
        public List<string> Names { get; } = [];

        public override bool TryAdd(ReadOnlySpan<byte> name, ulong inode, FileType type, ulong next)
        {
            if (Names.Count == room)
            {
                return false;
            }

            Names.Add(Encoding.UTF8.GetString(name));
            return true;
        }
    }
}
