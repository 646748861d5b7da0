using System;

namespace Mote.Machine;

/// <summary>
/// The method allocates nothing from the kernel heap, nor does what it calls: it runs for interrupts, page faults, switches between threads, or
/// reads and writes. MOTE004 checks the method itself, tests/Architecture the call graph behind it.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class AllocationFreeAttribute : Attribute;
