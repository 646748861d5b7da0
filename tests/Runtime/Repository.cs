using System.Linq;
using System.Reflection;

namespace Mote.Tests.Runtime;

/// <summary>Where the build put things.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string HarnessIl { get; } = Metadata("HarnessIl");

    public static string HarnessElf { get; } = Root + "tests/Runtime/Harness/bin/harness.elf";

    public static string KernelObject { get; } = Root + "src/Image/obj/kernel/image.o";

    public static string DebugKernel { get; } = Root + "artifacts/kernel/mote.debug.elf";

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
