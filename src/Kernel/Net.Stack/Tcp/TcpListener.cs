namespace Mote.Kernel.Net.Stack;

/// <summary>An endpoint that accepts connections.</summary>
internal abstract class TcpListener(NetStack stack) : Endpoint(stack, AddressFamily.V4);
