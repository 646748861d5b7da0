namespace Mote.Kernel.Net.Stack;

/// <summary>Into what a device cuts a large packet, or out of what it merged one.</summary>
public enum GsoKind : byte
{
    None,
    TcpV4,
    TcpV6,
}
