#include "plugin/winbind/own.h"
enum cg_step cg_own_ntlm(struct cg_link *link)
{
	return cg_own_refuse(link, CG_E_DENIED);
}
