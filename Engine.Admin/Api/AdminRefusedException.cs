// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;

namespace LbEngine.Admin.Api;

/// <summary>A request that is not carried out: carries the status and the reason to the one place that replies.</summary>
internal sealed class AdminRefusedException(int status, ErrorMessage error) : Exception(error.Error)
{
    public AdminRefusedException(int status, string error)
        : this(status, new ErrorMessage(error))
    {
    }

    public int Status { get; } = status;

    public ErrorMessage Error { get; } = error;
}
