using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>
/// A thread that waits in msgrcv(2): whoever sends a message that it wants gives it to the thread, and nobody else can take it.
/// </summary>
internal sealed class PendingReceive
{
    private readonly long _type;
    private readonly bool _except;
    private readonly ulong _room;
    private readonly WaitQueue _ended = new();

    /// <param name="type">As msgrcv(2) takes it.</param>
    /// <param name="except">Any other type (MSG_EXCEPT).</param>
    /// <param name="room">Bytes of text that fit.</param>
    /// <param name="process">Whose thread it is.</param>
    public PendingReceive(long type, bool except, ulong room, int process)
    {
        _type = type;
        _except = except;
        _room = room;
        Process = process;
        Place = new LinkedListNode<PendingReceive>(this);
    }

    public int Process { get; }

    /// <summary>The place among those that wait.</summary>
    public LinkedListNode<PendingReceive> Place { get; }

    public bool IsOver { get; private set; }

    /// <summary>What was given; null where it ended otherwise.</summary>
    public Message? Message { get; private set; }

    public Errno Error { get; private set; }

    public bool Wants(Message message) => _type switch
    {
        0 => true,
        > 0 => message.Type == _type != _except,
        _ => message.Type <= (_type == long.MinValue ? long.MaxValue : -_type),
    };

    public bool HasRoomFor(Message message) => (ulong)message.Text.Length <= _room;

    public void End(Message? message, Errno error)
    {
        IsOver = true;
        Message = message;
        Error = error;
        _ended.WakeAll();
    }

    public void Wait() => _ = _ended.Wait(Instant.Never);
}
