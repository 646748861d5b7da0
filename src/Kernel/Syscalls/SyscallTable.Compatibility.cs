using System.Text;

namespace Mote.Kernel.Syscalls;

// The table as a page of documentation.
public sealed partial class SyscallTable
{
    /// <summary>All calls of x86-64 with what is supported, as Markdown for docs/compat: the same text for the same table.</summary>
    public string ToMarkdown()
    {
        StringBuilder page = new();
        int full = 0;
        int partial = 0;
        int all = 0;
        StringBuilder rows = new();
        for (int number = 0; number <= SyscallCatalog.HighestNumber; number++)
        {
            SyscallShape shape = SyscallCatalog.Describe(number);
            if (shape.Name == null)
            {
                continue;
            }

            all++;
            SyscallSupport support = SupportOf(number);
            full += support == SyscallSupport.Full ? 1 : 0;
            partial += support == SyscallSupport.Partial ? 1 : 0;
            string level = support switch
            {
                SyscallSupport.Full => "yes",
                SyscallSupport.Partial => "partly",
                _ => "no",
            };
            string note = NoteOf(number) ?? (support == SyscallSupport.None ? "ENOSYS" : string.Empty);
            rows.Append("| ").Append(number).Append(" | `").Append(shape.Name).Append("` | ").Append(level).Append(" | ").Append(note).Append(" |\n");
        }

        page.Append("# System calls\n\n");
        page.Append("Generated from the system-call table: do not edit. `MOTE_UPDATE_DOCS=1 ./mote test unit` writes it anew.\n\n");
        page.Append("Of the ").Append(all).Append(" calls of x86-64, ").Append(full).Append(" are there, ").Append(partial).Append(" with something missing as noted.\n\n");
        page.Append("| number | call | there | note |\n|---:|---|---|---|\n");
        page.Append(rows);
        return page.ToString();
    }
}
