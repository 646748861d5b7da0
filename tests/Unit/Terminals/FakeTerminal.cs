using System;
using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Terminals;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Vfs;

namespace Mote.Tests.Unit.Terminals;

/// <summary>A terminal whose far end is the test: it types, and sees what comes out, as much as it has room for.</summary>
internal sealed class FakeTerminal : Terminal
{
    private readonly List<byte> _output = [];

    public FakeTerminal()
        : this(new TestTree().Tree)
    {
    }

    private FakeTerminal(FileTree tree)
        : base(null, tree.Buffers)
    {
        Scheduler scheduler = new();
        scheduler.AdoptIdle(new IdleThread(scheduler));
        File = Open(PathNode.CreateDetached("tty"u8, new AnonymousInode(tree.Anonymous, FileType.CharacterDevice, 0)), OpenFlags.ReadWrite | OpenFlags.NonBlock, mayControl: false).Value;
    }

    public OpenFile File { get; }

    /// <summary>Bytes that the far end takes.</summary>
    public int Room { get; set; } = int.MaxValue;

    public List<Signal> Signals { get; } = [];

    public override ulong DeviceNumber => 0;

    protected internal override int OutputRoom => Room;

    /// <summary>What has come out since the last look.</summary>
    public string TakeOutput()
    {
        string text = Encoding.UTF8.GetString([.. _output]);
        _output.Clear();
        return text;
    }

    public int Type(string keys) => Receive(Encoding.UTF8.GetBytes(keys));

    public string Read(int count = 100)
    {
        byte[] buffer = new byte[count];
        DataSink sink = new(buffer);
        Result<long> read = File.Read(ref sink);
        return read.IsOk ? Encoding.UTF8.GetString(buffer, 0, (int)read.Value) : read.Error.ToString();
    }

    public long Write(string text)
    {
        DataSource source = new(Encoding.UTF8.GetBytes(text));
        Result<long> written = File.Write(ref source);
        return written.IsOk ? written.Value : -(long)written.Error;
    }

    /// <summary>The far end takes so many bytes more.</summary>
    public void MakeRoom(int bytes)
    {
        Room = bytes;
        OnOutputRoom();
    }

    protected internal override int Send(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(Room, bytes.Length);
        _output.AddRange(bytes[..count]);
        Room -= count;
        return count;
    }

    protected internal override void OnSent()
    {
    }

    protected internal override void DiscardSent() => _output.Clear();

    protected internal override void SignalForeground(Signal signal) => Signals.Add(signal);

    private sealed class IdleThread(Scheduler scheduler) : KernelThread(scheduler, CpuContext.Current)
    {
        public override void Run()
        {
        }
    }
}
