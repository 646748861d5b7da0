namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>A message of a System V queue.</summary>
internal sealed class Message(long type, byte[] text)
{
    public long Type { get; } = type;

    public byte[] Text { get; } = text;

    /// <summary>Neighbours in the queue.</summary>
    internal Message? Next { get; set; }

    internal Message? Previous { get; set; }

    /// <summary>The next one of the same type.</summary>
    internal Message? NextOfType { get; set; }
}
