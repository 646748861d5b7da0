namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>A message of a System V queue.</summary>
internal sealed class Message(long type, byte[] text)
{
    public long Type { get; } = type;

    public byte[] Text { get; } = text;
}
