using System.Collections.Generic;
using Mote.Machine;

namespace Mote.Tests.Unit.Machine;

/// <summary>A fault handler that writes down what it was asked and answers as a test wants.</summary>
internal sealed class RecordingFaults : PageFaultHandler
{
    public List<(VirtAddr Address, PageAccess Wanted)> Asked { get; } = [];

    public System.Func<VirtAddr, PageAccess, bool> Answer { get; set; } = (_, _) => false;

    public override bool TryResolve(VirtAddr address, PageAccess wanted)
    {
        Asked.Add((address, wanted));
        return Answer(address, wanted);
    }
}
