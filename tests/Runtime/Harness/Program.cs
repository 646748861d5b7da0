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
            case "source":
                RuntimeCalls.UseHeapSource();
                return 42;
            case "count":
                RuntimeCalls.CountAllocations();
                return 42;
            default:
                Panics.Run(name);
                return 1;
        }
    }
}
