using System;

namespace Mote.Harness;

/// <summary>Runs the case that is named by the first argument.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        string name = Output.IsNative ? Output.Argument() : arguments[0];
        switch (name)
        {
            case "language":
                Collections.Run();
                Generics.Run();
                Dispatch.Run();
                Objects.Run();
                Text.Run();
                Functions.Run();
                Statics.Run();
                Memory.Run();
                return 42;
            case "exceptions":
                Exceptions.Run();
                return 42;
            case "empty":
                return 42;
            case "walk":
                RuntimeCalls.WalkStacks();
                return 42;
            case "grow":
                RuntimeCalls.GrowHeap();
                return 42;
            case "count":
                RuntimeCalls.CountAllocations();
                return 42;
            case "collect":
                Collecting.Run(isChecked: false);
                return 42;
            case "collect-checked":
                Collecting.Run(isChecked: true);
                return 42;
            default:
                if (name.StartsWith("collect-random ", StringComparison.Ordinal))
                {
                    RandomGraph.Run(ulong.Parse(name.AsSpan("collect-random ".Length)), 60_000);
                    return 42;
                }

                Panics.Run(name);
                return 1;
        }
    }
}
