using System;
using System.Diagnostics.CodeAnalysis;

namespace Mote.Machine;

/// <summary>
/// Which machine this assembly runs on. The image is compiled with the switch off, so that the compiler removes every hosted branch;
/// on the desktop runtime (unit tests) it is on.
/// </summary>
internal static class MachineKind
{
    [FeatureSwitchDefinition("Mote.Machine.Hosted")]
    internal static bool IsHosted => !AppContext.TryGetSwitch("Mote.Machine.Hosted", out bool isHosted) || isHosted;
}
