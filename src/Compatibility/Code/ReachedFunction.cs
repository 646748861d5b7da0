using System.Collections.Generic;

namespace Mote.Compatibility.Code;

/// <summary>A function that may run, and who was first found to lead to it.</summary>
internal sealed class ReachedFunction(CodeFile file, ulong start, ulong end, ReachedFunction? caller)
{
    public CodeFile File { get; } = file;

    public ulong Start { get; } = start;

    public ulong End { get; } = end;

    /// <summary>Null for what runs without being called.</summary>
    public ReachedFunction? Caller { get; } = caller;

    /// <summary>All who refer to it: they are read again when it turns out to take the number of a system call.</summary>
    public HashSet<ReachedFunction> Callers { get; } = [];

    public FunctionScan? Scan { get; set; }

    /// <summary>Whether it waits to be read.</summary>
    public bool IsQueued { get; set; }

    /// <summary>
    /// The function of another file that calls this one, or calls one that does in a few steps: then the program, or a library of its, asks for what this one does. Null when it is only
    /// reached through the inside of its own library. A function of the program itself is its own.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="steps">How many functions may lie between.</param>
    public ReachedFunction? FindAsker(CodeFile program, int steps)
    {
        if (File == program)
        {
            return this;
        }

        List<ReachedFunction> level = [this];
        HashSet<ReachedFunction> seen = [this];
        for (int step = 0; step < steps; step++)
        {
            List<ReachedFunction> next = [];
            foreach (ReachedFunction function in level)
            {
                foreach (ReachedFunction caller in function.Callers)
                {
                    if (caller.File != File)
                    {
                        return caller;
                    }

                    if (seen.Add(caller))
                    {
                        next.Add(caller);
                    }
                }
            }

            level = next;
        }

        return null;
    }

    /// <summary>Its name and its file.</summary>
    public string Title => File.NameOf(Start) is { } name ? $"{name} in {File.Name}" : File.Name;

    /// <summary>Its name and file, and the first of its callers that lies in another file.</summary>
    public override string ToString()
    {
        ReachedFunction? other = Caller;
        while (other != null && other.File == File)
        {
            other = other.Caller;
        }

        return other == null ? Title : $"{Title}, from {other.Title}";
    }
}
