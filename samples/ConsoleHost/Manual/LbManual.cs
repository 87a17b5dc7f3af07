// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Help;

namespace LbEngine.ConsoleHost.Manual;

/// <summary>lb(1), of the texts of <c>--help</c>.</summary>
internal static class LbManual
{
    public static string Write(RootCommand root)
    {
        var page = new RoffText("lb", 1, "layer-4 (TCP and UDP) load balancer");
        Command[] commands = [.. CommandText.Commands(root)];
        page.Chapter("Synopsis");
        foreach (Command command in commands.Prepend(root))
        {
            page.Bold(CommandText.Usage(command));
        }

        page.Chapter("Description");
        page.Description(root.Description ?? "");
        page.Chapter("Options");
        WriteOptions(page, CommandText.Options(root));
        page.Chapter("Commands");
        foreach (Command command in commands)
        {
            page.Section(CommandText.Usage(command));
            page.Description(command.Description ?? "");
            foreach (Argument argument in command.Arguments)
            {
                page.Term(CommandText.Label(argument), argument.Description ?? "");
            }

            WriteOptions(page, CommandText.Options(command).Except(CommandText.Options(root)).Where(static one => one.Name != "--help"));
        }

        page.Chapter("Files");
        page.Term("/etc/lb/lb.yaml", "The configuration of the service.");
        page.Term("/run/lb/lb.sock", "The admin interface of the service, and of root.");
        page.Term("/var/lib/lb/state.json", "What was set at run time, over a restart of the service.");
        page.Chapter("See also");
        page.Paragraph("`lb.yaml`(5), `systemctl`(1)");
        return page.ToString();
    }

    private static void WriteOptions(RoffText page, IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            page.Term(CommandText.Label(option), option.Description + CommandText.Default(option));
        }
    }
}
