// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;

namespace LbEngine.Configuration.Schema;

/// <summary>The schema of the admin interface.</summary>
internal static class AdminSchema
{
    private const string Expected = "off, or a mapping such as { bind: \"unix:lb.sock\" }";

    public static void Read(MappingReader root, ReadContext context, LoadBalancerOptions options)
    {
        ConfigurationNode? node = root.Find("admin");

        // Older YAML and most JSON writers turn "off" into the truth value.
        if (node is { Kind: ConfigurationNodeKind.Scalar } && (context.KeyComparer.Equals(node.Text, "off") || context.KeyComparer.Equals(node.Text, "false")))
        {
            options.Admin = null;
        }
        else if (node is not null && MappingReader.TryOpen(context, root.PathOf("admin"), node, Expected) is MappingReader mapping)
        {
            var admin = new AdminOptions();
            options.Admin = admin;
            admin.Bind = mapping.ReadText("bind", AdminValidator.Expected);
            admin.Token = mapping.ReadText("token", "a secret text");
            mapping.RefuseUnknown();
        }
    }
}
