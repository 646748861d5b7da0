using System;

namespace Mote.Machine;

/// <summary>
/// The method allocates although <see cref="AllocationFreeAttribute">allocation-free</see> code calls it: where the check of the call graph stops.
/// </summary>
/// <param name="reason">Why that does no harm: what bounds it, or why it runs outside of the path.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
public sealed class MayAllocateAttribute(string reason) : Attribute
{
    /// <summary>Why that does no harm.</summary>
    public string Reason { get; } = reason;
}
